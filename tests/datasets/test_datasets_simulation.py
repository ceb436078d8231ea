import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from eegaug.datasets import _regimes, make_seizure_windows
from eegaug.datasets._neural_mass import Columns, simulate_columns
from eegaug.spectral import band_power, log_spectrum


def columns(*, A, B, G, noise=0.0, drift=0.0, n=1):
    values = [A, B, G, 100.0, 50.0, 500.0, 90.0, noise, drift, 0.2]
    return Columns(*(np.full(n, value) for value in values))


def published_model(_, y, A, B, G):
    """The ten equations as Wendling et al. print them, without noise."""
    a, b, g, C, p = 100.0, 50.0, 500.0, 135.0, 90.0

    def fire(v):
        return 5.0 / (1 + np.exp(0.56 * (6.0 - v)))

    pulses = [
        A * a * fire(y[1] - y[2] - y[3]),
        A * a * (p + 0.8 * C * fire(C * y[0])),
        B * b * 0.25 * C * fire(0.25 * C * y[0]),
        G * g * 0.8 * C * fire(0.3 * C * y[0] - 0.1 * C * y[4]),
        B * b * fire(0.25 * C * y[0]),
    ]
    rates = [a, a, b, g, b]
    bends = [pulses[i] - 2 * rates[i] * y[i + 5] - rates[i] ** 2 * y[i] for i in range(5)]
    return [*y[5:], *bends]


@pytest.mark.parametrize("gains", [(3.25, 12.0, 20.0), (5.0, 25.0, 15.0), (5.0, 50.0, 20.0)])
def test_without_noise_the_published_equations_are_solved(gains):
    A, B, G = gains
    n_steps, step = 1000, 2.5e-4
    times = step * np.arange(1, n_steps + 1)
    truth = solve_ivp(
        published_model, (0, times[-1]), np.zeros(10), t_eval=times, args=gains, rtol=1e-8
    ).y
    rng = np.random.RandomState(0)
    got = simulate_columns(columns(A=A, B=B, G=G), n_steps, step, rng)[0]
    expected = truth[1] - truth[2] - truth[3]
    np.testing.assert_allclose(got, expected, atol=0.01 * np.ptp(expected))


def test_weak_slow_inhibition_brings_discharges_and_strong_one_rest():
    n_steps, step, rng = 4000, 1e-3, np.random.RandomState(0)
    ictal = simulate_columns(columns(A=5.5, B=28.0, G=15.0), n_steps, step, rng)[0, 2000:]
    resting = simulate_columns(columns(A=4.3, B=60.0, G=15.0), n_steps, step, rng)[0, 2000:]
    assert np.ptp(ictal) > 5
    assert np.ptp(resting) < 1e-3


def test_noise_and_drift_have_the_intensity_asked_for():
    # With gains of inhibition at zero and a silent loop, the excitatory filter alone is left.
    n, step = 400, 1e-3
    rng = np.random.RandomState(0)
    quiet = simulate_columns(columns(A=0.1, B=0.0, G=0.0, n=n), 1500, step, rng)
    noisy = simulate_columns(columns(A=0.1, B=0.0, G=0.0, noise=3.0, n=n), 1500, step, rng)
    slow = simulate_columns(columns(A=0.1, B=0.0, G=0.0, drift=20.0, n=n), 1500, step, rng)
    # White noise through A a t exp(-a t): variance (A a s)^2 / (4 a^3).
    np.testing.assert_allclose((noisy - quiet)[:, -1].std(), 0.1 * 3 / np.sqrt(4 * 100), rtol=0.1)
    # Drift through the same filter: its covariance against the filter's kernel, twice.
    times = np.arange(0.0005, 0.2, 0.001)
    kernel = 100**2 * times * np.exp(-100 * times) * 0.001
    passed = kernel @ np.exp(-np.abs(times[:, None] - times) / 0.2) @ kernel
    expected = 0.1 * 20 / 100 * np.sqrt(passed)
    np.testing.assert_allclose((slow - quiet)[:, -1].std(), expected, rtol=0.1)


def test_a_finer_step_leaves_the_spectrum(monkeypatch):
    def spectra():
        eeg = make_seizure_windows(
            90, 4, seizure_fraction=1 / 3, n_classes=3, n_times=356, random_state=1
        )
        return [
            log_spectrum(eeg.data[eeg.target == k], sfreq=eeg.sfreq, fmin=2, fmax=30)[1]
            for k in range(3)
        ]

    coarse = spectra()
    monkeypatch.setattr(_regimes, "INTEGRATION_RATE", 3200.0)
    for one, other in zip(coarse, spectra(), strict=True):
        assert abs(np.mean(one - other)) < 0.25
        assert np.abs(one - other).mean() < 0.35


def test_the_start_leaves_no_trace_and_no_offset():
    eeg = make_seizure_windows(40, 16, seizure_fraction=0.2, random_state=0)
    recordings = eeg.data.reshape(40, -1)
    std = recordings.std(axis=1)
    # Were an offset or a decaying start left, it would show in the mean and in the first window.
    assert np.abs(recordings.mean(axis=1) / std).max() < 0.3
    first, rest = eeg.data.reshape(40, 16, -1)[:, 0].std(axis=1), std
    assert 0.85 < np.median(first / rest) < 1.15


def test_a_recording_runs_on_from_window_to_window():
    by_50 = make_seizure_windows(5, 4, n_times=50, random_state=3)
    by_100 = make_seizure_windows(5, 2, n_times=100, random_state=3)
    np.testing.assert_array_equal(by_50.data.reshape(5, 200), by_100.data.reshape(5, 200))


def test_discharges_are_large_and_rhythmic():
    eeg = make_seizure_windows(60, 4, seizure_fraction=1 / 3, n_classes=3, random_state=0)
    std = [np.median(eeg.data[eeg.target == k].std(axis=1)) for k in range(3)]
    assert std[2] > 3 * max(std[:2])
    power = band_power(eeg.data, sfreq=eeg.sfreq)[:, 0]
    share = power / power.sum(axis=1, keepdims=True)
    of_class = [share[eeg.target == k].mean(axis=0) for k in range(3)]
    assert of_class[0][2] > 2 * of_class[1][2]  # alpha: background over interictal
    assert of_class[1][0] > 1.5 * of_class[2][0]  # delta: interictal over ictal
    assert of_class[2][1] > 1.5 * of_class[0][1]  # theta: ictal over background


@pytest.mark.parametrize(
    ("n_recordings", "fraction", "counts"),
    [(60, 0.1, [27, 27, 6]), (3, 0.01, [1, 1, 1]), (3, 0.99, [1, 1, 1]), (11, 0.3, [4, 4, 3])],
)
def test_recordings_by_class(n_recordings, fraction, counts):
    eeg = make_seizure_windows(
        n_recordings, 1, seizure_fraction=fraction, n_classes=3, n_times=2, random_state=0
    )
    assert np.bincount(eeg.target).tolist() == counts
    assert list(eeg.target_names) == ["background", "interictal", "ictal"]
    binary = make_seizure_windows(
        n_recordings, 1, seizure_fraction=fraction, n_times=2, random_state=0
    )
    np.testing.assert_array_equal(binary.target, eeg.target == 2)
    assert list(binary.target_names) == ["rest", "seizure"]


@settings(max_examples=8, deadline=None)
@given(
    n_recordings=st.integers(3, 6),
    n_windows=st.integers(1, 3),
    n_times=st.integers(2, 60),
    sfreq=st.sampled_from([4, 50.0, 173.61, 256, 1000.0]),
)
def test_shapes(n_recordings, n_windows, n_times, sfreq):
    eeg = make_seizure_windows(
        n_recordings, n_windows, n_times=n_times, sfreq=sfreq, random_state=0
    )
    n_samples = n_recordings * n_windows
    assert eeg.data.shape == (n_samples, n_times)
    assert eeg.data.dtype == np.float64
    assert np.isfinite(eeg.data).all()
    assert eeg.target.shape == eeg.groups.shape == (n_samples,)
    assert (np.diff(eeg.groups) >= 0).all()
    assert (np.bincount(eeg.groups) == n_windows).all()
    assert all(len(set(eeg.target[eeg.groups == g])) == 1 for g in range(n_recordings))
    assert eeg.sfreq == sfreq


def test_random_state():
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one = make_seizure_windows(4, 2, random_state=0).data
    again = make_seizure_windows(4, 2, random_state=np.random.RandomState(0)).data
    other = make_seizure_windows(4, 2, random_state=1).data
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_the_forms_scikit_learn_users_know():
    eeg = make_seizure_windows(4, 2, n_times=10, random_state=0)
    X, y = make_seizure_windows(4, 2, n_times=10, random_state=0, return_X_y=True)
    np.testing.assert_array_equal(X, eeg.data)
    np.testing.assert_array_equal(y, eeg.target)
    assert eeg.frame is None
    framed = make_seizure_windows(4, 2, n_times=10, random_state=0, as_frame=True)
    assert list(framed.frame.columns) == [*(f"X{i}" for i in range(1, 11)), "target"]
    assert framed.feature_names == list(framed.data.columns)
    np.testing.assert_array_equal(framed.data, X)
    np.testing.assert_array_equal(framed.target, y)
    np.testing.assert_array_equal(framed.groups, eeg.groups)
    assert framed.target.name == "target"
    for caveat in ("GroupKFold", "A recording is not a patient"):
        assert caveat in eeg.DESCR


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("n_recordings", 2),
        ("n_windows_per_recording", 0),
        ("seizure_fraction", 0),
        ("seizure_fraction", 1.0),
        ("n_classes", 4),
        ("n_times", 1),
        ("sfreq", 0),
        ("random_state", "zero"),
        ("as_frame", "yes"),
    ],
)
def test_a_wrong_parameter_is_named(parameter, value):
    message = f"'{parameter}' parameter of make_seizure_windows must be .* Got {value!r} instead"
    with pytest.raises(ValueError, match=message):
        make_seizure_windows(**{parameter: value})
