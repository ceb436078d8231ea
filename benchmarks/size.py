"""What many channels and long windows cost: time and memory over their numbers, with exponents.

Each size runs in a process of its own. A twentieth of the windows are seizures, which the sampler
brings to the number of the others, without growth. `GAN` is the default sampler, `jitter` the
changed real windows, `SMOTE` that of imbalanced-learn on flattened windows, and `PyTorch` the
training of the same networks as `GAN` has: its time is that of as many steps, and no window is
made.
`--torch-python` names an interpreter that has PyTorch. `--threads 1` makes processor seconds
comparable on a machine that does other work too.
"""

import importlib.util
import json
import resource
import time

import numpy as np
import pandas as pd
import results
from speed import chosen, most_memory
from speed_tables import exponents

SAMPLERS = ("jitter", "SMOTE", "GAN", "PyTorch")
SIZES = [
    (8, 256, 1000),
    (8, 256, 3000),
    (8, 1024, 1000),
    (23, 256, 1000),
    (23, 1024, 1000),
    (23, 1024, 3000),
    (64, 1024, 1000),
    (64, 2048, 1000),
]
QUICK_SIZES = [(2, 16, 40), (2, 32, 40), (3, 16, 40), (2, 16, 60)]
SEIZURES, SFREQ = 20, 256.0
N_TIMED = 10


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--parts", nargs="+", help=f"some of {', '.join(SAMPLERS)} alone")
    parser.add_argument("--sizes", nargs="+", help="channels x samples x windows, as 23x1024x3000")
    parser.add_argument("--torch-python", help="interpreter that has PyTorch")
    parser.add_argument("--threads", type=int, help="threads of each process (its own choice)")


def size(options):
    """Resample once for each sampler and size; print the exponents."""
    sizes = QUICK_SIZES if options.quick else SIZES
    if options.sizes:
        sizes = [tuple(map(int, each.split("x"))) for each in options.sizes]
    for sampler in chosen(SAMPLERS, options):
        python = options.torch_python if sampler == "PyTorch" else None
        if sampler == "PyTorch" and not (python or importlib.util.find_spec("torch")):
            print("PyTorch is not installed and is left out.")
            continue
        rows = []
        for n_channels, n_times, n_windows in sizes:
            case = {"n_channels": n_channels, "n_times": n_times, "n_windows": n_windows}
            case |= {"sampler": sampler, "steps": 2 if options.quick else None}
            found = results.in_fresh_process(
                "size.py", "size", case, python=python, threads=options.threads
            )
            rows.append(case | {"threads": options.threads} | found)
            print(json.dumps(rows[-1]), flush=True)
        results.append_run(options.results / "size.jsonl", sampler, rows)
        for figure in ("cpu_seconds", "bytes_added"):
            powers = exponents(pd.DataFrame(rows), figure)
            text = " · ".join(f"{name}^{power:.2f}" for name, power in powers.items())
            print(f"{sampler}: {figure} ~ {text}", flush=True)


def measure(sampler, n_channels, n_times, n_windows, steps=None):
    """Return seconds and bytes of one resampling, with nothing but imports before it."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_windows, n_channels, n_times), dtype=np.float32)
    for window in X:  # in place: a copy of all would be in the peak
        window[:, 1:] += window[:, :-1].copy()
    y = np.zeros(n_windows, int)
    y[::SEIZURES] = 1
    run = _torch_run(X, steps) if sampler == "PyTorch" else _resampling(sampler, X, y, steps)
    before, start, clock = most_memory(), time.perf_counter(), time.process_time()
    made = run()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - clock,
        "system_seconds": used.ru_stime,
        "data_bytes": X.nbytes,
        "result_bytes": made,
        "bytes_added": most_memory() - before,
        "bytes_peak": most_memory(),
    }


def _resampling(sampler, X, y, steps):
    from imblearn.over_sampling import SMOTE
    from speed import generator_with

    from eegaug import GANOversampler, JitterOversampler

    if sampler == "GAN":
        import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed

    built = {
        "jitter": lambda: JitterOversampler(growth=1.0, random_state=0),
        "SMOTE": lambda: SMOTE(random_state=0, k_neighbors=1 if len(X) < 100 else 5),
        "GAN": lambda: GANOversampler(
            generator_with(steps), growth=1.0, sfreq=SFREQ, random_state=0, verbose=0
        ),
    }[sampler]()
    given = X.reshape(len(X), -1) if sampler == "SMOTE" else X
    return lambda: built.fit_resample(given, y)[0].nbytes


def _torch_run(X, steps):
    """Return what times some steps of the same networks and counts the budget of them."""
    import step
    import step_engines

    from eegaug.gan import GANGenerator
    from eegaug.gan.architectures import NetworkShape

    n_channels, n_times = X.shape[1:]
    recipe = step.recipe(GANGenerator().objective) | {"n_times": n_times, "n_channels": n_channels}
    recipe["n_stages"] = NetworkShape(n_times, n_channels, recipe["width"]).n_stages
    engine = step_engines.TorchEngine(recipe)

    def run():
        n_steps = steps or recipe["settings"]["n_steps"]
        for _ in range(-(-n_steps // N_TIMED)):
            engine.seconds(N_TIMED, 1)
        return 0

    return run


if __name__ == "__main__":
    results.start({"size": measure})
