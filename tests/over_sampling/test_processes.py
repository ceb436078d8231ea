"""Workers of every kind make the same windows, or say at once that they cannot."""

import json
import subprocess
import sys
import threading

import numpy as np
from numpy.testing import assert_array_equal
from three_labels import make

NETWORK = {"n_steps": 2, "width": 2, "latent_dim": 2, "batch_size": 4}
SCRIPT = f"""
import faulthandler
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import joblib
import numpy as np

from eegaug import GANOversampler, load_sampler
from eegaug.gan import GANGenerator

X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
Y = np.repeat([0, 1], [16, 8])


def make():
    generator = GANGenerator(**{NETWORK!r}, architecture="dense")
    return GANOversampler(generator, min_windows=2, random_state=0)


def fit():
    return make().fit_resample(X, Y)[0].tobytes().hex()


def error_of(work):
    try:
        return work() and "nothing was raised"
    except RuntimeError as error:
        return str(error)


def in_worker(method, work):
    # A worker that hangs ends, which breaks the pool and fails the test.
    watched = partial(faulthandler.dump_traceback_later, 240, exit=True)
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context, initializer=watched) as pool:
        return pool.submit(work).result()


def fit_and_count_threads():
    made = fit()
    import tensorflow

    return made, tensorflow.config.threading.get_inter_op_parallelism_threads()


def refit():
    return error_of(fit)


def resample():
    return error_of(lambda: fitted.sample(3, 1, 0).tobytes())


def reload():
    return error_of(lambda: load_sampler(sys.argv[1]).sample(3, 1, 0).tobytes())


if __name__ == "__main__":
    fitted = make()
    done = {{"forked before": in_worker("fork", fit), "imported": "tensorflow" in sys.modules}}
    done["here"] = fitted.fit_resample(X, Y)[0].tobytes().hex()
    fitted.save(sys.argv[1])
    done["spawned"] = in_worker("spawn", fit)
    # Those of this process are TensorFlow's own affair, 0 by default.
    done["threads here"] = fit_and_count_threads()[1]
    jobs = [joblib.delayed(fit_and_count_threads)()]
    ((done["job"], done["threads of a job"]),) = joblib.Parallel(n_jobs=2)(jobs)
    done["forked after"] = [in_worker("fork", work) for work in (refit, resample, reload)]
    done["here again"] = fit()
    print(json.dumps(done))
"""


# Four processes that each import TensorFlow and compile networks.
def test_workers_make_the_same_windows_or_refuse(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "script.py"), str(tmp_path / "a.eegaug")]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert not done["imported"]
    assert done["forked before"] == done["spawned"] == done["here again"] == done["here"]
    assert done["job"] == done["here"]
    assert done["threads here"] == 0
    assert done["threads of a job"] == 1
    for message in done["forked after"]:
        assert message.startswith("TensorFlow ran before this process was forked")
        assert "spawn" in message


def test_threads_fit_different_samplers_side_by_side():
    X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
    Y = np.repeat([0, 1], [16, 8])
    params = [
        {"architecture": "dense"},
        {"architecture": "dense", "random_state": 1},
        {"architecture": "dcgan"},
    ]

    def fit(number):
        return make(**params[number]).fit_resample(X, Y)[0]

    expected = [fit(number) for number in range(len(params))]
    made = {}
    threads = [
        threading.Thread(target=lambda n=number: made.__setitem__(n, fit(n)))
        for number in range(len(params))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, windows in enumerate(expected):
        assert_array_equal(made[number], windows)
