"""The generator as an estimator: fit, sample, restart, pickle."""

import pickle
import tracemalloc

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from eegaug.gan import (
    ARCHITECTURES,
    OBJECTIVES,
    GANGenerator,
    LabelGenerator,
    Objective,
    Selection,
    TrainingFailedError,
    TrainingWarning,
)
from eegaug.gan import generator as module

# What is compiled is compiled for each architecture and objective once, in tests marked so.
pytestmark = pytest.mark.uncompiled

RNG = np.random.default_rng(0)
FLAT = 40 + 50 * RNG.normal(size=(8, 16))
TWO_CHANNELS = 50 * RNG.normal(size=(8, 2, 16))

LAYOUTS = [pytest.param(FLAT, id="flat"), pytest.param(TWO_CHANNELS, id="3-D")]


def tiny(**options):
    return GANGenerator(
        **{"n_steps": 2, "width": 2, "latent_dim": 4, "batch_size": 4, "random_state": 0} | options
    )


def fit(X=FLAT, y=None, **options):
    extra = {name: options.pop(name) for name in ("selection", "init") if name in options}
    return tiny(**options).fit(X, y, **extra)


@pytest.fixture(scope="module")
def flat():
    return fit(FLAT.astype("float32"))


@pytest.fixture(scope="module")
def two_channels():
    return fit(TWO_CHANNELS)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("windows", LAYOUTS)
def test_every_architecture_trains_and_samples(architecture, windows):
    generator = fit(windows, architecture=architecture)
    synthetic = generator.sample(5, random_state=0)
    assert synthetic.shape == (5, *windows.shape[1:])
    assert np.isfinite(synthetic).all()
    assert generator.history_.step.tolist() == [1, 2]
    assert {"d_loss", "g_loss"} <= set(generator.history_)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_trains_and_samples(objective):
    # The smallest architecture: objectives know nothing of it.
    assert np.isfinite(fit(architecture="dense", objective=objective).sample(5)).all()


# Each architecture and each objective once. To compile takes 3 to 8 s each on two idle cores.
@pytest.mark.uncompiled(False)
@pytest.mark.parametrize(
    "options",
    [
        {"architecture": "wavegan", "objective": "bce"},
        {"architecture": "residual", "objective": "r3gan"},
        {"architecture": "dcgan", "objective": "wgan-gp", "n_critic": 2},
        {"architecture": "dense", "objective": "r1", "augmentation": ("shift", "scale")},
        {"architecture": "dense", "objective": "lsgan", "spectral_norm": True},
        {"architecture": "dense", "objective": "hinge", "post_filter": "learned"},
    ],
    ids=lambda options: f"{options['architecture']}-{options['objective']}",
)
def test_what_is_compiled_gives_what_is_not(options, monkeypatch):
    compiled = fit(TWO_CHANNELS, **options)
    synthetic = compiled.sample(5, random_state=0)
    monkeypatch.undo()  # of the mark above, so that the module's holds
    plain = fit(TWO_CHANNELS, **options)
    np.testing.assert_allclose(synthetic, plain.sample(5, random_state=0), rtol=0.01, atol=0.5)
    pd.testing.assert_frame_equal(compiled.history_, plain.history_, rtol=1e-3)


@pytest.mark.parametrize(
    "options",
    [
        {"n_critic": 2},
        {"post_filter": "learned"},
        {"post_filter": None},
        {"spectral_norm": True},
        {"augmentation": ["shift", "scale", "polarity"]},
        {"ema": 0.0},
        {"learning_rate": [1e-4, 4e-4]},
        {"spectral_critic": False, "generated_amplitude": False},
    ],
    ids=str,
)
def test_every_switch_trains_and_samples(options):
    assert np.isfinite(fit(TWO_CHANNELS, **options).sample(5)).all()


def test_an_int_seed_gives_equal_bits():
    one, same, other = (fit(random_state=seed) for seed in (3, 3, 4))
    assert np.array_equal(one.sample(5, random_state=0), same.sample(5, random_state=0))
    assert one.history_.equals(same.history_)
    assert not np.array_equal(one.sample(5, random_state=0), other.sample(5, random_state=0))
    assert not np.array_equal(one.sample(5), one.sample(5))


@pytest.mark.uncompiled(False)
@pytest.mark.parametrize("name", ["flat", "two_channels"])
def test_a_sample_does_not_depend_on_how_many_follow(name, request):
    generator = request.getfixturevalue(name)
    many = generator.sample(700, random_state=0)
    for n in (0, 1, 63, 64, 65, 512):
        np.testing.assert_array_equal(generator.sample(n, random_state=0), many[:n])


@pytest.mark.uncompiled(False)
def test_a_sample_is_the_same_in_parts_and_at_once(two_channels, monkeypatch):
    at_once = two_channels.sample(150, random_state=0)
    monkeypatch.setattr(module, "CHUNK_SAMPLES", 70 * 2 * 16)
    np.testing.assert_array_equal(two_channels.sample(150, random_state=0), at_once)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_windows_have_the_dtype_of_those_learned(dtype):
    generator = fit(FLAT.astype(dtype))
    assert generator.sample(3).dtype == generator.dtype_ == dtype


@pytest.mark.uncompiled(False)
def test_memory_of_many_windows_is_that_of_the_result(flat):
    flat.sample(1)
    tracemalloc.start()
    windows = flat.sample(600_000, random_state=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * windows.nbytes


# 120 steps take longer than to compile them once.
@pytest.mark.uncompiled(False)
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


def test_several_labels_share_a_generator_each_in_its_unit():
    X = np.concatenate([FLAT, 1000 * FLAT[:5]])
    generator = fit(X, ["quiet"] * 8 + ["loud"] * 5)
    assert generator.classes_.tolist() == ["loud", "quiet"]
    loud, quiet = (LabelGenerator(generator, label) for label in generator.classes_)
    assert loud.sample(200).std() > 100 * quiet.sample(200).std()
    assert loud.history_ is generator.history_
    with pytest.raises(ValueError, match=r"one of \['loud', 'quiet'\]. Got None"):
        generator.sample(3)
    with pytest.raises(ValueError, match=r"one of \[None\]. Got 'loud'"):
        fit().sample(3, label="loud")


def test_a_training_can_start_from_another():
    first = fit(n_steps=1, random_state=1)
    near = fit(init=first, n_steps=1, learning_rate=1e-4, ema=0.995)
    for ours, theirs in zip(near.weights_, first.weights_, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)
    with pytest.raises(ValueError, match=r"\(16, 1, 1\). Got \(16, 2, 1\)"):
        fit(init=fit(TWO_CHANNELS))
    with pytest.raises(NotFittedError):
        fit(init=GANGenerator())
    with pytest.raises(ValueError, match=r"a generator built as this one's, by .*'dcgan'"):
        fit(init=fit(architecture="dcgan"))
    with pytest.raises(ValueError, match="a critic built as this one's"):
        fit(init=fit(spectral_norm=True))


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        (np.full((8, 16), np.nan), "contains NaN.* 8 of 8 windows, .* window 0, sample 0 .*MNE"),
        (FLAT[:0], r"at least one window .* Got the shape \(0, 1, 16\)"),
        (FLAT[0], r"must have the shape .*window\[np.newaxis\]"),
        (FLAT[:, None, None], r"must have the shape .*windows.reshape\(-1, "),
        (np.full((8, 16), 3.0), "change in time. Got 8 windows .* constant.*electrode"),
        (np.full((8, 16), "a", object), "must hold real numbers.* could not convert"),
        (FLAT * 1j, "must hold real numbers.* complex128"),
    ],
    ids=["NaN", "empty", "one dimension", "four", "constant", "text", "complex"],
)
def test_windows_that_cannot_be_learned_are_refused(windows, message):
    with pytest.raises(ValueError, match=message):
        fit(windows)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_steps": 0}, r"'n_steps' parameter of GANGenerator must be an int .* Got 0 instead"),
        ({"architecture": "vae"}, r"'architecture' parameter .*'wavegan'.* Got 'vae' instead"),
        ({"objective": "gan"}, r"'objective' parameter .*'wgan-gp'.* Got 'gan' instead"),
        ({"augmentation": ("noise",)}, r"made of .*'polarity'\]. Got \['noise'\] instead"),
        ({"learning_rate": -1.0}, r"'learning_rate' parameter .* Got -1.0 instead"),
        ({"learning_rate": (1e-4, 0.0)}, r"'learning_rate' parameter .* Got \(0.0001, 0.0\)"),
        ({"learning_rate": (1e-4,) * 3}, r"'learning_rate' parameter .* or two of them"),
        ({"learning_rate": ("a", "b")}, r"'learning_rate' parameter .* Got \('a', 'b'\)"),
        ({"learning_rate": (1e-4, float("nan"))}, r"'learning_rate' parameter .* nan"),
        ({"augmentation": ("shift", 3)}, r"'augmentation' parameter .* Got \[3\] instead"),
        ({"augmentation": ([],)}, r"'augmentation' parameter .* Got \[\[\]\] instead"),
        ({"random_state": "a"}, r"'random_state' parameter of GANGenerator"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named_before_anything_is_trained(params, message):
    generator = tiny(**params)
    with pytest.raises(ValueError, match=message):
        generator.fit(FLAT)
    assert not hasattr(generator, "history_")


def test_a_wrong_number_of_windows_is_refused(flat):
    for n in (-1, 2.0):
        with pytest.raises(ValueError, match=rf"'n_samples' parameter .* Got {n}"):
            flat.sample(n)
    with pytest.raises(NotFittedError):
        tiny().sample()


def level_distance(real, synthetic):
    return abs(float(np.log(np.std(synthetic) / np.std(real))))


def test_the_monitor_measures_what_is_handed_out():
    windows = FLAT[:, np.newaxis]
    selection = Selection(windows, (windows[:4], windows[4:]), {"level_distance": level_distance})
    generator = fit(selection=[selection], n_steps=4, n_checks=4)
    history = generator.history_
    assert history.level_distance.is_unique
    assert generator.best_step_ == history.loc[history.score.idxmin(), "step"]
    reference = level_distance(windows[:4], windows[4:])
    assert generator.real_vs_real_ == {"level_distance": pytest.approx(reference, rel=1e-5)}
    with pytest.raises(ValueError, match=r"one Selection for each of 1 labels\. Got 2"):
        fit(selection=[selection] * 2)


def planted(loss):
    return Objective(lambda real, synthetic: loss(real), OBJECTIVES["bce"].generator_loss)


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

    options = {"n_steps": 40, "n_checks": 40, "learning_rate": (0.02, 1e-4)}
    objective = Objective(OBJECTIVES["bce"].critic_loss, runaway)
    with pytest.warns(
        TrainingWarning, match=r"ended in divergence .* the generator of step \d+ is used"
    ):
        generator = fit(objective=objective, **options)
    assert np.abs(generator.sample(50)).max() < 1e5


def test_a_planted_collapse_is_refused(monkeypatch):
    def one_window(sampler, n, *_):
        _, n_times, n_channels = sampler.network.output_shape
        return np.ones((n, n_channels, n_times), "float32")

    monkeypatch.setattr("eegaug.gan.fitting.draw", one_window)
    with (
        pytest.warns(TrainingWarning, match="ended in collapse"),
        pytest.raises(TrainingFailedError, match="collapse"),
    ):
        fit(n_steps=5, n_checks=5)


@pytest.mark.parametrize("cause", ["a tiny learning rate", "a dead critic"])
def test_a_standstill_is_tried_again_and_then_refused(cause):
    def nothing_to_learn(real, synthetic):
        return 0.0 * keras.ops.mean(synthetic)

    dead = Objective(OBJECTIVES["bce"].critic_loss, nothing_to_learn)
    options = {"objective": dead} if cause == "a dead critic" else {"learning_rate": 1e-9}
    with (
        pytest.warns(TrainingWarning, match=r"ended in stall after step 3.*from another seed"),
        pytest.raises(TrainingFailedError, match=r"stall.*Raise the 'learning_rate'") as caught,
    ):
        fit(n_steps=5, n_checks=5, **options)
    assert caught.value.failure == "stall"


def test_windows_far_beyond_the_real_ones_are_brought_back(two_channels, monkeypatch):
    usual = two_channels.sample(5, random_state=0)
    from eegaug.gan import fitting

    draw = fitting.draw

    def draw_one_wildly(*args):
        windows = draw(*args).copy()
        windows[2] *= 1e4
        return windows

    monkeypatch.setattr(fitting, "draw", draw_one_wildly)
    wild = two_channels.sample(5, random_state=0)
    np.testing.assert_array_equal(wild[[0, 1, 3, 4]], usual[[0, 1, 3, 4]])
    (scaler,) = two_channels.scalers_
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


# 400 steps of a network that is wide enough to learn.
@pytest.mark.uncompiled(False)
@pytest.mark.parametrize("sign", [1, -1])
def test_what_channels_share_is_learned(sign):
    options = {"n_steps": 400, "width": 8, "latent_dim": 8, "batch_size": 16}
    generator = fit(two_alike(sign), learning_rate=2e-3, post_filter=None, **options)
    # Untrained, or channel by channel, it would be near zero.
    assert sign * correlation(generator.sample(200, random_state=0)) > 0.5


@pytest.mark.parametrize("sign", [1, -1])
def test_the_post_filter_gives_what_channels_share_without_training(sign):
    windows = two_alike(sign)
    synthetic = fit(windows).sample(200, random_state=0)
    assert correlation(synthetic) == pytest.approx(correlation(windows), abs=0.1)
    without = fit(windows, post_filter=None).sample(200, random_state=0)
    assert abs(correlation(without) - correlation(windows)) > 0.3


def test_pickle_keeps_the_windows(two_channels):
    copy = pickle.loads(pickle.dumps(two_channels))
    expected = two_channels.sample(5, random_state=0)
    np.testing.assert_array_equal(copy.sample(5, random_state=0), expected)


def test_a_clone_has_the_parameters_alone(flat):
    copy = clone(flat.set_params())
    assert copy.get_params() == flat.get_params()
    assert not [name for name in vars(copy) if name.endswith("_")]
    assert repr(copy) == (
        "GANGenerator(batch_size=4, latent_dim=4, n_steps=2, random_state=0, width=2)"
    )
