"""The generator object: fit, sample, restart, pickle."""

import pickle
import tracemalloc

import keras
import numpy as np
import pytest

from eegaug.gan import (
    ARCHITECTURES,
    OBJECTIVES,
    GANConfig,
    GANGenerator,
    LabelGenerator,
    Objective,
    TrainingFailedError,
    TrainingWarning,
)
from eegaug.gan import generator as module

RNG = np.random.default_rng(0)
FLAT = 40 + 50 * RNG.normal(size=(8, 16))
TWO_CHANNELS = 50 * RNG.normal(size=(8, 2, 16))


# What is compiled is compiled for each architecture, objective and switch once, here.
LAYOUTS = [
    pytest.param(FLAT, marks=pytest.mark.uncompiled, id="flat"),
    pytest.param(TWO_CHANNELS, id="3-D"),
]


def tiny(**options):
    return GANConfig(**{"n_steps": 2, "width": 2, "latent_dim": 4, "batch_size": 4} | options)


def fit(windows=FLAT, *, seed=0, **options):
    extra = {name: options.pop(name) for name in ("metrics", "init") if name in options}
    return GANGenerator(tiny(**options), random_state=seed).fit(windows, **extra)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("windows", LAYOUTS)
def test_every_architecture_trains_and_samples(architecture, windows):
    generator = fit(windows, architecture=architecture)
    synthetic = generator.sample(5, random_state=0)
    assert synthetic.shape == (5, 2 if windows.ndim == 3 else 1, 16)
    assert np.isfinite(synthetic).all()
    assert generator.history_.step.tolist() == [1, 2]
    assert {"d_loss", "g_loss"} <= set(generator.history_)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("windows", LAYOUTS)
def test_every_objective_trains_and_samples(objective, windows):
    synthetic = fit(windows, objective=objective).sample(5)
    assert synthetic.shape[1:] == (windows.shape[1] if windows.ndim == 3 else 1, 16)
    assert np.isfinite(synthetic).all()


@pytest.mark.parametrize(
    "options",
    [
        {"n_critic": 2},
        pytest.param({"post_filter": "learned"}, marks=pytest.mark.uncompiled),
        pytest.param({"post_filter": None}, marks=pytest.mark.uncompiled),
        {"spectral_norm": True},
        {"augmentation": ("shift", "scale", "polarity")},
        pytest.param({"ema": 0.0}, marks=pytest.mark.uncompiled),
        pytest.param({"learning_rate": (1e-4, 4e-4)}, marks=pytest.mark.uncompiled),
    ],
    ids=str,
)
def test_every_switch_trains_and_samples(options):
    assert np.isfinite(fit(TWO_CHANNELS, **options).sample(5)).all()


def test_an_int_seed_gives_equal_bits():
    one, same, other = fit(seed=3), fit(seed=3), fit(seed=4)
    assert np.array_equal(one.sample(5, random_state=0), same.sample(5, random_state=0))
    assert one.history_.equals(same.history_)
    assert not np.array_equal(one.sample(5, random_state=0), other.sample(5, random_state=0))
    assert not np.array_equal(one.sample(5), one.sample(5))


@pytest.mark.parametrize("windows", [FLAT, TWO_CHANNELS], ids=["flat", "3-D"])
def test_a_sample_does_not_depend_on_how_many_follow(windows):
    generator = fit(windows)
    many = generator.sample(700, random_state=0)
    for n in (0, 1, 63, 64, 65, 512):
        np.testing.assert_array_equal(generator.sample(n, random_state=0), many[:n])


def test_a_sample_is_the_same_in_parts_and_at_once(monkeypatch):
    generator = fit(TWO_CHANNELS)
    at_once = generator.sample(150, random_state=0)
    monkeypatch.setattr(module, "MOST_DRAWN", 70 * 2 * 16)
    np.testing.assert_array_equal(generator.sample(150, random_state=0), at_once)


@pytest.mark.uncompiled
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_windows_have_the_dtype_of_those_learned(dtype):
    generator = fit(FLAT.astype(dtype))
    assert generator.sample(3).dtype == generator.dtype_ == dtype
    mixed = fit([FLAT.astype(dtype), FLAT])
    assert mixed.sample(3, label=0).dtype == "float64"


def test_memory_of_many_windows_is_that_of_the_result():
    generator = fit(FLAT.astype("float32"))
    generator.sample(1)
    tracemalloc.start()
    windows = generator.sample(600_000, random_state=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * windows.nbytes


def test_the_unit_and_the_offset_come_back():
    generator = fit(n_steps=60, learning_rate=3e-3)
    synthetic = generator.sample(500, random_state=0)
    assert np.median(synthetic) == pytest.approx(np.median(FLAT), abs=25)
    scaled = fit(1e-6 * FLAT, n_steps=60, learning_rate=3e-3)
    np.testing.assert_allclose(
        scaled.sample(5, random_state=0),
        1e-6 * generator.sample(5, random_state=0),
        rtol=0.02,
        atol=1e-6,
    )


@pytest.mark.uncompiled
def test_several_labels_share_a_generator_each_in_its_unit():
    generator = fit([FLAT, 1000 * FLAT[:5]])
    one, other = (LabelGenerator(generator, label) for label in (0, 1))
    assert other.sample(200).std() > 100 * one.sample(200).std()
    assert one.history_ is generator.history_


@pytest.mark.uncompiled
def test_a_training_can_start_from_another():
    first = fit(n_steps=1)
    near = fit(init=first, n_steps=1, learning_rate=1e-4, ema=0.995)
    for ours, theirs in zip(near.weights_, first.weights_, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)
    with pytest.raises(ValueError, match=r"\(16, 1, 1\). Got \(16, 2, 1\)"):
        fit(init=fit(TWO_CHANNELS))
    with pytest.raises(ValueError, match="must be fitted"):
        fit(init=GANGenerator())
    with pytest.raises(ValueError, match=r"a generator built as this one's, by .*'dcgan'"):
        fit(init=fit(architecture="dcgan"))
    with pytest.raises(ValueError, match="a critic built as this one's"):
        fit(init=fit(spectral_norm=True))


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        (np.full((8, 16), np.nan), "Got NaN or infinity"),
        (FLAT[:0], "Got none"),
        ([FLAT, FLAT[:, :8]], r"Got \[\(1, 8\), \(1, 16\)\]"),
        (FLAT[0], "must have the shape"),
    ],
    ids=["NaN", "empty", "two sizes", "one dimension"],
)
def test_windows_that_cannot_be_learned_are_refused(windows, message):
    with pytest.raises(ValueError, match=message):
        fit(windows)


@pytest.mark.uncompiled
def test_the_monitor_measures_what_is_handed_out():
    def level_distance(real, synthetic):
        return abs(float(np.log(np.std(synthetic) / np.std(real))))

    generator = fit(metrics={"level_distance": level_distance}, n_steps=4, n_checks=4)
    history = generator.history_
    assert history.level_distance.is_unique
    best = history.loc[history.score.idxmin(), "step"]
    assert generator.best_step_ == best


def planted(loss):
    return Objective(lambda real, synthetic: loss(real), OBJECTIVES["bce"].generator_loss)


@pytest.mark.uncompiled
def test_a_planted_nan_is_tried_again_and_then_refused():
    objective = planted(lambda real: keras.ops.sum(real) * np.nan)
    with (
        pytest.warns(TrainingWarning, match=r"ended in NaN .* starts again from another seed"),
        pytest.raises(TrainingFailedError, match=r"ended in NaN .*Lower the 'learning_rate'"),
    ):
        fit(objective=objective)


def test_a_planted_divergence_falls_back_to_the_best_so_far():
    def runaway(real, synthetic):
        return -1e6 * keras.ops.mean(synthetic)

    objective = Objective(OBJECTIVES["bce"].critic_loss, runaway)
    with pytest.warns(
        TrainingWarning, match=r"ended in divergence .* the generator of step \d+ is used"
    ):
        generator = fit(
            FLAT, objective=objective, n_steps=40, n_checks=40, learning_rate=(0.02, 1e-4)
        )
    assert np.abs(generator.sample(50)).max() < 1e5


def test_a_planted_collapse_is_refused(monkeypatch):
    def one_window(self, sampler, n, label, rng):
        return np.ones((n, self.n_channels_, self.n_times_), "float32")

    monkeypatch.setattr(module.GANGenerator, "_draw", one_window)
    with (
        pytest.warns(TrainingWarning, match="ended in collapse"),
        pytest.raises(TrainingFailedError, match="collapse"),
    ):
        fit(n_steps=5, n_checks=5)


@pytest.mark.uncompiled
@pytest.mark.parametrize("cause", ["a tiny learning rate", "a dead critic"])
def test_a_standstill_is_tried_again_and_then_refused(cause):
    def nothing_to_learn(real, synthetic):
        return 0.0 * keras.ops.mean(synthetic)

    dead = Objective(OBJECTIVES["bce"].critic_loss, nothing_to_learn)
    options = {"objective": dead} if cause == "a dead critic" else {"learning_rate": 1e-9}
    with (
        pytest.warns(TrainingWarning, match=r"ended in stall after step 3.*from another seed"),
        pytest.raises(TrainingFailedError, match=r"stall.*Raise the 'learning_rate'") as told,
    ):
        fit(n_steps=5, n_checks=5, **options)
    assert told.value.failure == "stall"


def test_windows_far_beyond_the_real_ones_are_brought_back(monkeypatch):
    generator = fit(TWO_CHANNELS)
    usual = generator.sample(5, random_state=0)
    draw = GANGenerator._draw

    def draw_one_wildly(self, *args):
        windows = draw(self, *args).copy()
        windows[2] *= 1e4
        return windows

    monkeypatch.setattr(GANGenerator, "_draw", draw_one_wildly)
    wild = generator.sample(5, random_state=0)
    np.testing.assert_array_equal(wild[[0, 1, 3, 4]], usual[[0, 1, 3, 4]])
    (scaler,) = generator.scalers_
    reached = np.abs(wild[2] - scaler.offset).max(axis=1, keepdims=True) / scaler.reach
    assert reached.max() == pytest.approx(10)


def two_alike(sign):
    """Return windows of two channels that differ by little but the sign."""
    rng = np.random.default_rng(0)
    shared = np.cumsum(rng.normal(size=(60, 1, 16)), axis=2)
    windows = np.concatenate([shared, sign * shared], axis=1)
    return windows + 0.3 * rng.normal(size=windows.shape)


def correlation(windows):
    return np.corrcoef(windows[:, 0].ravel(), windows[:, 1].ravel())[0, 1]


@pytest.mark.parametrize("sign", [1, -1])
def test_what_channels_share_is_learned(sign):
    options = {"n_steps": 400, "width": 8, "latent_dim": 8, "batch_size": 16}
    generator = fit(two_alike(sign), learning_rate=2e-3, post_filter=None, **options)
    # Untrained, or channel by channel, it would be near zero.
    assert sign * correlation(generator.sample(200, random_state=0)) > 0.5


@pytest.mark.uncompiled
@pytest.mark.parametrize("sign", [1, -1])
def test_the_post_filter_gives_what_channels_share_without_training(sign):
    windows = two_alike(sign)
    synthetic = fit(windows).sample(200, random_state=0)
    assert correlation(synthetic) == pytest.approx(correlation(windows), abs=0.1)
    without = fit(windows, post_filter=None).sample(200, random_state=0)
    assert abs(correlation(without) - correlation(windows)) > 0.3


def test_pickle_keeps_the_windows():
    generator = fit(TWO_CHANNELS)
    copy = pickle.loads(pickle.dumps(generator))
    expected = generator.sample(5, random_state=0)
    np.testing.assert_array_equal(copy.sample(5, random_state=0), expected)
    assert pickle.loads(pickle.dumps(GANGenerator(tiny()))).config == tiny()
