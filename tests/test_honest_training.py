"""What the library claims about a training, each claim with a test that once failed.

1 no training sees what is held out; 2 verdicts of the attack; 3 the kept step without metrics;
4 generator and critic of one step; 5 references between recordings; 6 equal bits (in
``over_sampling/test_determinism.py`` and ``test_walk_through.py``); 7 the key of ``memory``;
8 ``sfreq``; 9 names are checked first; 10 one meaning of an argument; 11 the seed of `sample`;
12 spectral norm, names of recordings, and side effects.
"""

import inspect
import os
import pkgutil
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.random import RandomState
from sklearn.base import BaseEstimator
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

import eegaug
from eegaug import GANOversampler, SmallClassWarning
from eegaug.gan import GANGenerator, Objective
from eegaug.gan.monitor import QualityMonitor, Selection
from eegaug.over_sampling import _gan, _training
from eegaug.over_sampling._class_data import collect_classes, hold_out
from eegaug.over_sampling._running import identity_of

pytestmark = pytest.mark.filterwarnings("ignore::eegaug.DominantGroupWarning")
TINY = {"n_steps": 4, "n_checks": 2, "width": 2, "batch_size": 4}


class Recorder(BaseEstimator):
    """A generator that notes what it is trained on, and gives fresh noise or copies."""

    seen = ()

    def __init__(self, copies=False, random_state=None):
        self.copies = copies
        self.random_state = random_state

    def fit(self, X, sample_weight=None, selection=None, init=None):
        Recorder.seen = (*Recorder.seen, X)
        assert len(sample_weight) == len(X)
        self.windows_ = X
        return self

    def sample(self, n_samples, random_state=None):
        if self.copies:
            return self.windows_[np.arange(n_samples) % len(self.windows_)]
        rng = np.random.default_rng(random_state.randint(2**31))
        return rng.normal(size=(n_samples, *self.windows_.shape[1:]))


def seizures(n_recordings, per_recording=3, n_times=16, seed=0):
    """Windows of both classes; recordings of seizures hold some rest, too."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_recordings), per_recording)
    rest = np.concatenate([groups, 1000 + np.arange(2 * len(groups) + 30)])
    y = np.repeat(["rest", "seizure"], [len(rest), len(groups)])
    return rng.normal(size=(len(y), n_times)), y, np.concatenate([rest, groups])


def bytes_of(windows):
    return {np.ravel(each).astype(float).tobytes() for each in windows}


@pytest.mark.parametrize("n_recordings", [1, 3, 8, 15, 16, 30])
@pytest.mark.parametrize("known", ["groups", "no groups", "init"])
def test_1_no_training_sees_what_is_held_out(monkeypatch, n_recordings, known):
    X, y, groups = seizures(n_recordings, per_recording=20)
    groups = None if known == "no groups" else groups
    held, init = [], None
    attack = _training.attack_generator
    monkeypatch.setattr(
        _gan, "attack_generator", lambda g, data: held.append(data) or attack(g, data)
    )
    Recorder.seen = ()
    if known == "init":
        init = GANOversampler(Recorder(), random_state=1)
        init.fit_resample(X[::2], y[::2], groups=groups[::2])
        held.clear()
    GANOversampler(Recorder(), random_state=0, init=init).fit_resample(X, y, groups=groups)
    (data,) = held
    trained = set().union(*map(bytes_of, Recorder.seen))
    for part in ("selection", "attack"):
        assert not trained & bytes_of(data.windows_of(part))
    if known == "groups":
        # Nor anything else of a recording that is held out whole.
        assert not trained & bytes_of(X[np.isin(groups, data.held_out_groups)])
        assert bool(len(data.places("selection"))) == (n_recordings >= 16)
        assert data.attack_by == ("recording" if n_recordings >= 16 else "window")
    if known != "init":
        assert len(data.places("attack")) >= 2


@pytest.mark.parametrize("per_recording", [1, 3, 20])
def test_2_a_copier_is_caught_wherever_not_detected_can_be_printed(per_recording):
    verdicts = set()
    for n_recordings in range(1, 25):
        X, y, groups = seizures(n_recordings, per_recording)
        if np.sum(y == "seizure") < 10:
            continue
        honest, copier = (
            GANOversampler(Recorder(copies), random_state=0) for copies in (False, True)
        )
        for sampler in (honest, copier):
            sampler.fit_resample(X, y, groups=groups)
        found, caught = (
            each.membership_inference_["seizure"].verdict for each in (honest, copier)
        )
        verdicts |= {found, caught}
        if found == "not detected at this power":
            assert caught == "memorisation detected", n_recordings
        else:
            assert found == caught == "cannot be tested", n_recordings
    assert {"not detected at this power", "memorisation detected"} <= verdicts


def test_2_the_verdict_of_too_few_windows_is_that_it_cannot_be_tested():
    X, y, _ = seizures(1, 12)
    sampler = GANOversampler(Recorder(copies=True), random_state=0)
    sampler.fit_resample(X, y)
    result = sampler.membership_inference_["seizure"]
    assert result.verdict == "cannot be tested"
    assert np.isnan(result.detectable_auc)
    assert "cannot be tested" in sampler.describe()


class Shared(Recorder):
    """The same, conditioned on labels."""

    def fit(self, X, y=None, sample_weight=None, selection=None, init=None):
        return super().fit(X, sample_weight, selection)

    def sample(self, n_samples, label=None, random_state=None):
        return super().sample(n_samples, random_state)


@pytest.mark.parametrize("case", ["shared", "init"])
def test_1_shared_and_started_trainings_see_nothing_held_out_either(monkeypatch, case):
    X, y, groups = seizures(20, per_recording=4)
    held, init, hold = [], None, _gan.hold_out
    Recorder.seen = ()
    if case == "init":
        # Of half of the recordings it saw the rest alone.
        part = (y == "rest") | (groups < 8)
        init = GANOversampler(Recorder(), random_state=1, growth=1)
        init.fit_resample(X[part], y[part], groups=groups[part])
    monkeypatch.setattr(
        _gan, "hold_out", lambda data, *rest: (hold(data, *rest), held.append(data))
    )
    is_shared = case == "shared"
    sampler = GANOversampler(
        Shared() if is_shared else Recorder(),
        conditioning="shared" if is_shared else "per-class",
        init=init,
        growth=1,
        random_state=0,
    )
    sampler.fit_resample(X, y, groups=groups)
    (data,) = held
    trained = set().union(*map(bytes_of, Recorder.seen))
    assert not trained & bytes_of(X[np.isin(groups, data.held_out_groups)])
    assert len(data.held_out_groups) == 4


def test_1_equal_windows_are_not_split():
    X = np.repeat(np.random.default_rng(0).normal(size=(40, 8)), 2, axis=0)
    (data,) = collect_classes(X, np.zeros(80), None).values()
    hold_out(data, RandomState(0))
    assert not bytes_of(data.windows_of("attack")) & bytes_of(data.windows_of("training"))


def test_2_small_recordings_survive_the_thinning_of_the_attack(monkeypatch):
    monkeypatch.setattr(_training, "MAX_ATTACKED", 40)
    groups = np.r_[np.zeros(400), np.repeat(np.arange(1, 11), 4)]
    X = np.random.default_rng(0).normal(size=(len(groups) + 500, 4))
    y = np.repeat([1, 0], [len(groups), 500])
    groups = np.r_[groups, 100 + np.arange(500) % 5]
    for seed in range(4):
        sampler = GANOversampler(KernelDensity(), random_state=seed, growth=1)
        sampler.fit_resample(X, y, groups=groups)
        assert sampler.membership_inference_[1].verdict != "cannot be tested"


def run_monitor(n_checks, metrics, patience=5, critic=lambda index: [np.ones(1) * index]):
    """Show a monitor windows that get worse and worse."""
    real = np.random.default_rng(0).normal(size=(20, 1, 8))
    now = {"index": -1}
    monitor = QualityMonitor(
        [Selection(real, (real, real), metrics)], lambda label: real + now["index"] / 10, patience
    )
    model = SimpleNamespace(stop_training=False)
    model.averaged = SimpleNamespace(get_weights=lambda: [now["index"]])
    model.discriminator = SimpleNamespace(get_weights=lambda: critic(now["index"]))
    monitor.set_model(model)
    monitor.on_train_begin()
    for now["index"] in range(n_checks):
        monitor.on_epoch_end(now["index"], {"step": now["index"] + 1, "d_loss": 0, "g_loss": 0})
        if model.stop_training:
            break
    monitor.on_train_end()
    return monitor


@pytest.mark.parametrize("n_checks", range(1, 41))
def test_3_without_metrics_the_last_step_is_kept(n_checks):
    monitor = run_monitor(n_checks, {})
    assert monitor.best_step == n_checks
    assert monitor.failure is None


def test_4_generator_and_critic_are_of_the_same_step_and_never_nan():
    def offset_distance(real, synthetic):
        return abs(float(np.mean(synthetic - real) - 0.3))

    monitor = run_monitor(9, {"offset_distance": offset_distance}, patience=None)
    assert monitor.best_step == 4
    assert (monitor.best_weights, monitor.best_critic_weights) == ([3], [3])

    def broken(index):
        return [np.array([np.nan if index > 1 else index])]

    monitor = run_monitor(9, {}, critic=broken)
    assert (monitor.failure, monitor.best_step) == ("NaN", 2)
    assert monitor.best_critic_weights == [1]


@pytest.mark.parametrize("n_recordings", [7, 16, 20])
def test_5_a_step_is_chosen_by_other_recordings_or_not_at_all(n_recordings):
    groups = np.repeat(np.arange(n_recordings), 6)
    # The value of each window is its recording.
    X = np.repeat(groups[:, np.newaxis], 8, axis=1).astype(float)
    (data,) = collect_classes(X, np.zeros(len(X)), groups).values()
    hold_out(data, RandomState(0))
    found = _training._selections_of([data], None)
    if n_recordings < 16:
        assert found is None
        return
    (selection,) = found
    assert {"psd_distance", "sliced_wasserstein_distance", "coverage_score"} == set(
        selection.metrics
    )
    first, second = selection.real_pair
    assert len(first) == len(second) > 1
    assert not set(first.ravel()) & set(second.ravel())


def test_7_the_key_of_a_cache_knows_versions_and_code(monkeypatch):
    def objective(scale):
        return Objective(lambda real, made: scale * made, lambda real, made: -made)

    first, same, other = (identity_of(GANGenerator(objective=objective(s))) for s in (1, 1, 2))
    assert first == same != other
    edited = Objective(lambda real, made: 1 + made, lambda real, made: -made)
    assert identity_of(edited) != identity_of(objective(1))


def test_7_lambdas_are_cached_and_versions_count(tmp_path, monkeypatch):
    from eegaug.over_sampling import _running

    X, y, _ = seizures(4, 5)
    n_fits = []
    fit = GANGenerator.fit
    monkeypatch.setattr(GANGenerator, "fit", lambda *a, **k: n_fits.append(1) or fit(*a, **k))
    generator = GANGenerator(**{**TINY}, objective=squared_objective())
    results = [
        GANOversampler(generator, memory=str(tmp_path), random_state=0).fit_resample(X, y)[0]
        for _ in range(2)
    ]
    assert len(n_fits) == 1
    assert np.array_equal(*results)
    monkeypatch.setattr(_running, "versions_of", lambda packages: "others")
    GANOversampler(generator, memory=str(tmp_path), random_state=0).fit_resample(X, y)
    assert len(n_fits) == 2


GAIN = 1.0


def scaled(real, made):
    return GAIN * made


def test_7_numbers_that_a_function_names_count(monkeypatch):
    before = identity_of(scaled)
    monkeypatch.setitem(globals(), "GAIN", 2.0)
    assert identity_of(scaled) != before


def squared_objective():
    import tensorflow as tf

    return Objective(
        lambda real, made: tf.reduce_mean((real - 1) ** 2 + made**2),
        lambda real, made: tf.reduce_mean((made - 1) ** 2),
    )


def public_callables():
    for info in pkgutil.walk_packages(eegaug.__path__, "eegaug."):
        if "._" in info.name or info.name.endswith("__main__"):
            continue
        module = __import__(info.name, fromlist=["x"])
        for name in getattr(module, "__all__", ()):
            yield f"{info.name}.{name}", getattr(module, name)


def test_8_no_sampling_frequency_is_assumed():
    checked = 0
    for name, each in public_callables():
        methods = [each, *vars(each).values()] if inspect.isclass(each) else [each]
        for function in filter(callable, methods):
            try:
                parameter = inspect.signature(function).parameters.get("sfreq")
            except (TypeError, ValueError):
                continue
            if parameter is None or name.endswith((".make_seizure_windows", "_recordings")):
                continue  # what makes recordings decides their rate
            checked += 1
            assert parameter.default in (None, inspect.Parameter.empty), name
    assert checked > 10
    X, y, _ = seizures(4, 5)
    sampler = GANOversampler(Recorder(), random_state=0)
    sampler.fit_resample(X, y)
    assert sampler.sfreq_ is None
    assert "sampling frequency not stated" in sampler.describe()


@pytest.mark.parametrize(
    "wrong",
    [{"architecture": "wavgan"}, {"objective": "wgan"}, {"augmentation": ("tilt",)}, {"width": 0}],
)
def test_9_names_are_checked_where_every_class_falls_back(wrong):
    X, y = np.random.default_rng(0).normal(size=(20, 8)), [0] * 17 + [1] * 3
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        GANOversampler(GANGenerator(**wrong)).fit_resample(X, y)
    with pytest.warns(SmallClassWarning):
        GANOversampler(GANGenerator()).fit_resample(X, y)


def test_9_an_objective_is_checked_too():
    X, y = np.random.default_rng(0).normal(size=(20, 8)), [0] * 17 + [1] * 3
    like_one = SimpleNamespace(critic_loss=max, generator_loss=max)
    with pytest.raises(TypeError, match="objective"):
        GANOversampler(GANGenerator(objective=like_one)).fit_resample(X, y)
    with pytest.raises(ValueError, match="'init'"):
        GANOversampler(KernelDensity(), init=GANOversampler()).fit_resample(X, y)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"y": [0, 1] * 5}, "'y' parameter .* 12 windows"),
        ({"sample_weight": np.ones(20)}, "'sample_weight' parameter .* 12 windows"),
        ({"sample_weight": -np.ones(12)}, "'sample_weight' .* no negative"),
        ({"sample_weight": np.zeros(12)}, "'sample_weight' .* a positive one"),
    ],
)
def test_10_labels_and_weights_are_checked(wrong, message):
    with pytest.raises(ValueError, match=message):
        GANGenerator(**TINY).fit(np.random.default_rng(0).normal(size=(12, 16)), **wrong)


@pytest.mark.parametrize("groups", [[np.nan, 1.0] * 10, [None, "a"] * 10, [1, "a"] * 10])
def test_12_recordings_without_a_name_are_refused(groups):
    X, y = np.random.default_rng(0).normal(size=(20, 8)), [0] * 14 + [1] * 6
    with pytest.raises(ValueError, match="groups must hold names of one kind"):
        GANOversampler(KernelDensity()).fit_resample(X, y, groups=groups)


@pytest.mark.uncompiled
def test_10_a_list_of_windows_is_windows_of_one_class():
    windows = list(np.random.default_rng(0).normal(size=(12, 1, 16)))
    generator = GANGenerator(**TINY, random_state=0).fit(windows)
    assert generator.classes_ is None
    assert generator.sample(3).shape == (3, 1, 16)
    with_labels = GANGenerator(**TINY, random_state=0).fit(windows, ["a", "b"] * 6)
    assert with_labels.classes_.tolist() == ["a", "b"]


@pytest.mark.uncompiled
def test_11_the_seed_of_a_generator_is_that_of_its_first_sample():
    X = np.random.default_rng(0).normal(size=(12, 16))
    one, other = (GANGenerator(**TINY, random_state=0).fit(X) for _ in range(2))
    first, second = one.sample(3), one.sample(3)
    assert np.array_equal(first, other.sample(3))
    assert not np.array_equal(first, second)


def test_12_kernels_have_spectral_norm_one_at_construction():
    from eegaug.gan import build_discriminator

    critic = build_discriminator(64, 2, architecture="wavegan", width=4, spectral_norm=True)
    kernels = [w.numpy() for w in critic.trainable_variables if w.constraint is not None]
    assert len(kernels) > 2
    norms = [np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), 2) for kernel in kernels]
    np.testing.assert_allclose(norms, 1, rtol=1e-4)


def test_12_names_of_recordings_do_not_decide_which_are_held_out():
    X, y, groups = seizures(20)
    names = np.array([f"{(7 * g) % 1009:04d}" for g in groups])
    parts = []
    for each in (groups, names):
        data = collect_classes(X, y, each)["seizure"]
        hold_out(data, RandomState(0))
        parts.append(data.part)
    assert np.array_equal(*parts)
    data = collect_classes(X, y, groups)["seizure"]
    hold_out(data, RandomState(1))
    assert not np.array_equal(parts[0], data.part)


def test_12_environment_and_threads_stay_as_they_are(monkeypatch):
    import tensorflow as tf

    def forbid(number):
        raise AssertionError("threads were set")

    monkeypatch.setattr(tf.config.threading, "set_inter_op_parallelism_threads", forbid)
    monkeypatch.setattr(tf.config.threading, "set_intra_op_parallelism_threads", forbid)
    before = dict(os.environ)
    X, y, groups = seizures(4, 5)
    y = np.where(np.arange(len(y)) % 3 == 0, "other", y)
    for n_jobs in (1, 2):
        sampler = GANOversampler(KernelDensity(), n_jobs=n_jobs, random_state=0)
        sampler.fit_resample(X, y, groups=groups)
    assert dict(os.environ) == before


@pytest.mark.parametrize("generator", [KernelDensity(bandwidth=0.2), GaussianMixture(2)])
def test_density_models_of_scikit_learn_plug_in(generator):
    X, y, groups = seizures(8, 10, n_times=6)
    X = 40 * X.reshape(len(X), 2, 3)
    results = [
        GANOversampler(generator, growth=1, random_state=seed).fit_resample(X, y, groups=groups)
        for seed in (0, 0, 1)
    ]
    first, again, other = (X_res for X_res, _ in results)
    n_new = len(first) - len(X)
    assert first.shape[1:] == (2, 3)
    assert np.sum(results[0][1] == "seizure") == np.sum(y == "rest")
    assert np.array_equal(first, again)
    assert not np.array_equal(first[-n_new:], other[-n_new:])
