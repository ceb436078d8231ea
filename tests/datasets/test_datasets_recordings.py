from itertools import pairwise

import mne
import numpy as np
import pytest
from scipy.special import eval_legendre

from eegaug._electrodes import TEN_TWENTY, electrode_positions
from eegaug.datasets import make_seizure_recordings
from eegaug.datasets._head import (
    DOUBLE_BANANA,
    _one_sphere,
    lead_field,
    montage,
)
from eegaug.datasets._nuisances import nuisances
from eegaug.datasets._patients import background, draw_patient, seizures
from eegaug.datasets._source_signals import colored_noise, ongoing
from eegaug.spectral import band_power


@pytest.fixture(scope="module")
def small():
    return make_seizure_recordings(2, 2, duration=60, seizure_fraction=0.2, random_state=0)


def dipoles(n, deepest=0.88):
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(n, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    moments = rng.normal(size=(n, 3))
    return directions * rng.uniform(0.2, deepest, size=(n, 1)), moments


def test_one_sphere_is_the_sum_of_its_series():
    places, moments = dipoles(5)
    electrode = electrode_positions(["C3"])

    def monopole(place):
        radius = np.linalg.norm(place)
        order = np.arange(1, 400)
        terms = eval_legendre(order, electrode[0] @ place / radius)
        return ((2 * order + 1) / order * radius**order * terms).sum()

    step = 1e-5
    series = [
        (monopole(place + step * moment) - monopole(place - step * moment)) / (2 * step)
        for place, moment in zip(places, moments, strict=True)
    ]
    np.testing.assert_allclose(_one_sphere(places, moments, electrode)[0], series, rtol=1e-6)


def test_the_lead_field_is_mnes():
    places, moments = dipoles(8)
    radius, names = 0.09, TEN_TWENTY[:6]
    electrodes = electrode_positions(names)
    info = mne.create_info(list(names), 100.0, "eeg")
    positions = dict(zip(names, radius * electrodes, strict=True))
    info.set_montage(mne.channels.make_dig_montage(positions, coord_frame="head"))
    sphere = mne.make_sphere_model((0, 0, 0), radius, verbose="error")
    units = moments / np.linalg.norm(moments, axis=1, keepdims=True)
    sources = mne.setup_volume_source_space(
        pos={"rr": radius * places, "nn": units}, sphere=(0, 0, 0, radius), verbose="error"
    )
    forward = mne.make_forward_solution(
        info, None, sources, sphere, meg=False, mindist=0, verbose="error"
    )
    gain = forward["sol"]["data"].reshape(len(names), len(places), 3)
    expected = np.einsum("esk,sk->es", gain, units)
    got = lead_field(places, units, electrodes)
    np.testing.assert_allclose(got / got.std(), expected / expected.std(), rtol=1e-4)


def test_electrodes_lie_right_front_and_up():
    places = electrode_positions(["C4", "Fpz", "cz", "C3"])
    assert places[0, 0] > 0.5
    assert places[1, 1] > 0.9
    assert places[2, 2] > 0.9
    np.testing.assert_allclose(places[3] * [-1, 1, 1], places[0], atol=0.05)


def test_channels_are_differences_of_electrodes():
    names, electrodes, matrix = montage(["Fp1-F7", "C3", "FT9-FT10"])
    assert names == ["Fp1-F7", "C3", "FT9-FT10"]
    assert electrodes == [*TEN_TWENTY, "FT9", "FT10"]
    np.testing.assert_allclose(matrix.sum(axis=1), 0, atol=1e-12)
    assert matrix[0, 0] == 1
    assert matrix[0, 2] == -1
    assert matrix[1, TEN_TWENTY.index("C3")] == pytest.approx(18 / 19)
    assert montage(None)[0] == list(DOUBLE_BANANA)


@pytest.mark.parametrize(
    ("ch_names", "message"),
    [
        (["C3", "X9"], r"\['X9'\], which MNE's montage"),
        (["C3-X9"], r"\['X9'\]"),
        (["C3", "c3"], "more than once"),
        (["C3-C4-Cz"], "pairs of two"),
        (["C3-C3"], "pairs of two"),
        ([], "names of channels"),
        ([3], "names of channels"),
    ],
)
def test_a_wrong_channel_is_named(ch_names, message):
    with pytest.raises(ValueError, match=message):
        make_seizure_recordings(1, 1, duration=60, ch_names=ch_names)


def test_recordings_are_mnes_in_volts(small):
    assert len(small.raws) == len(small.groups) == 4
    assert small.groups.tolist() == ["patient 1"] * 2 + ["patient 2"] * 2
    for place, raw in enumerate(small.raws):
        assert raw.ch_names == small.ch_names == list(DOUBLE_BANANA)
        assert raw.n_times == 60 * 128
        assert 3e-6 < np.median(raw.get_data().std(axis=1)) < 60e-6
        rows = small.seizures[small.seizures.recording == place]
        np.testing.assert_allclose(raw.annotations.onset, rows.onset)
        np.testing.assert_allclose(raw.annotations.duration, rows.duration)
        assert set(raw.annotations.description) <= {"seizure"}
    assert "LeaveOneGroupOut" in small.DESCR


def test_an_int_gives_the_same_recordings_again(small):
    again = make_seizure_recordings(2, 2, duration=60, seizure_fraction=0.2, random_state=0)
    for one, other in zip(small.raws, again.raws, strict=True):
        np.testing.assert_array_equal(one.get_data(), other.get_data())
    other = make_seizure_recordings(1, 1, duration=60, random_state=1)
    assert not np.allclose(other.raws[0].get_data(), small.raws[0].get_data())


def test_seizures_are_rare_apart_and_inside():
    from eegaug.datasets._recordings import SLOT, _plan

    rng = np.random.RandomState(0)
    for _ in range(200):
        planned = _plan(3, 900.0, 0.05, rng)
        for events in planned:
            ends = [0.0]
            for onset, length in events:
                assert onset >= ends[-1] + (5 if len(ends) == 1 else 10) - 0.02
                ends.append(onset + length)
            assert ends[-1] <= 900 - 5 + 0.02
            assert len(events) <= 900 / SLOT
    shares = [
        sum(length for events in _plan(10, 3600.0, 0.01, rng) for _, length in events) / 36000
        for _ in range(50)
    ]
    assert np.mean(shares) == pytest.approx(0.01, rel=0.1)


def test_no_seizures_on_request_and_one_at_least():
    none = make_seizure_recordings(1, 1, duration=60, seizure_fraction=0, random_state=0)
    assert none.seizures.empty
    assert not len(none.raws[0].annotations)
    one = make_seizure_recordings(1, 1, duration=60, seizure_fraction=1e-6, random_state=0)
    assert len(one.seizures) == 1


def test_there_must_be_room_for_the_seizures():
    with pytest.raises(ValueError, match="'seizure_fraction' parameter must leave 150 s"):
        make_seizure_recordings(1, 1, duration=600, seizure_fraction=0.3)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("n_patients", 0), ("n_recordings", 0), ("duration", 59), ("sfreq", 32)],
)
def test_a_wrong_parameter_is_named(parameter, value):
    message = (
        f"'{parameter}' parameter of make_seizure_recordings must be .* Got {value!r} instead"
    )
    with pytest.raises(ValueError, match=message):
        make_seizure_recordings(**{parameter: value})


def test_a_seizure_is_strongest_at_its_focus_and_the_same_patient_has_it_there_again():
    rng = np.random.RandomState(0)
    electrodes = electrode_positions(TEN_TWENTY)
    hits, between, within = [], [], []
    for _ in range(8):
        patient = draw_patient(rng)
        maps = []
        for ictal in seizures(patient, electrodes, [8 * 128] * 2, 128.0, rng):
            power = ictal[:, : 4 * 128].std(axis=1)  # before it has spread
            maps.append(power / power.max())
            distance = np.linalg.norm(
                electrodes - electrodes[TEN_TWENTY.index(patient.focus)], axis=1
            )
            hits.append(distance[power.argmax()] < 0.9)
        within.append(np.abs(maps[0] - maps[1]).mean())
        between.append(maps[0])
    others = [np.abs(a - b).mean() for a, b in pairwise(between)]
    assert np.mean(hits) > 0.8
    assert np.mean(within) < 0.5 * np.mean(others)


def test_a_seizure_grows_and_slows_down():
    rng = np.random.RandomState(1)
    electrodes = electrode_positions(TEN_TWENTY)
    slower = []
    for _ in range(6):
        patient = draw_patient(rng)
        ictal = seizures(patient, electrodes, [20 * 128], 128.0, rng)[0]
        best = ictal[ictal.std(axis=1).argmax()]
        assert best[: 3 * 128].std() < 0.7 * best[10 * 128 : 18 * 128].std()
        spectra = [np.abs(np.fft.rfft(part)) ** 2 for part in (best[:768], best[-896:-128])]
        freqs = np.fft.rfftfreq(768, 1 / 128)
        early, late = ((freqs * spectrum).sum() / spectrum.sum() for spectrum in spectra)
        slower.append(late < early)
    assert np.mean(slower) >= 0.8


def test_nuisances_are_where_they_belong():
    electrodes = electrode_positions(TEN_TWENTY)
    args = (electrodes, 120 * 256, 256.0)
    calm, blinking, tense = (
        nuisances(*args, np.random.RandomState(3), blinks=blinks, muscle=muscle)
        for blinks, muscle in [(0, 0), (2000, 0), (0, 1200)]
    )
    added = (blinking - calm).std(axis=1)
    assert set(np.argsort(added)[-2:]) == {TEN_TWENTY.index("Fp1"), TEN_TWENTY.index("Fp2")}
    fast = {"fast": (25.0, 100.0)}
    power = [band_power(x[:, None], sfreq=256.0, bands=fast).ravel() for x in (calm, tense)]
    muscle = power[1] - power[0]
    assert muscle[TEN_TWENTY.index("T7")] > 5 * muscle[TEN_TWENTY.index("Cz")]
    mains = [
        band_power(calm[:, None], sfreq=256.0, bands={"": band}).sum()
        for band in [(49.9, 50.1), (47.0, 47.2)]
    ]
    assert mains[0] > 10 * mains[1]


def test_alpha_is_occipital():
    rng = np.random.RandomState(0)
    electrodes = electrode_positions(TEN_TWENTY)
    behind, before = (
        [TEN_TWENTY.index(name) for name in pair] for pair in (["O1", "O2"], ["F3", "F4"])
    )
    ratios = []
    for _ in range(5):
        x = background(draw_patient(rng), electrodes, 30 * 128, 128.0, rng)
        alpha = band_power(x[:, None], sfreq=128.0, bands={"alpha": (8.0, 13.0)}).ravel()
        ratios.append(alpha[behind].mean() / alpha[before].mean())
    assert np.median(ratios) > 1.5


def test_pieces_join_without_a_seam():
    rng = np.random.RandomState(0)
    x = ongoing(["background"] * 8, 100 * 128, 128.0, rng)
    assert x.shape == (8, 12800)
    steps = np.abs(np.diff(x, axis=1))
    at_seams = steps[:, [k * 1280 - 1 for k in range(1, 10)]]
    assert at_seams.mean() < 1.5 * steps.mean()
    power = (x.reshape(8, 10, 1280)[:, 1:, :128] ** 2).mean()
    assert power == pytest.approx(1, rel=0.25)


def test_noise_has_the_slope_asked_for():
    x = colored_noise(50, 4096, 128.0, np.random.RandomState(0), exponent=2.0, low=0.5, high=40.0)
    bands = {"low": (4.0, 8.0), "high": (16.0, 32.0), "above": (45.0, 64.0)}
    low, high, above = band_power(x, sfreq=128.0, bands=bands).mean(axis=(0, 1))
    assert low / high == pytest.approx(4, rel=0.15)
    assert above < 1e-3 * high
