"""Frequencies with and without a sampling frequency."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from eegaug.spectral import band_power, log_spectrum, periodogram, welch_psd

SFREQ = 100.0
RNG = np.random.default_rng(0)
WINDOWS = 50 * np.sin(2 * np.pi * 10 * np.arange(200) / SFREQ) + RNG.normal(size=(12, 2, 200))


@pytest.mark.parametrize("spectrum", [periodogram, welch_psd])
def test_without_sfreq_frequencies_are_in_cycles_per_sample(spectrum):
    freqs, psd = spectrum(WINDOWS)
    assert freqs[psd[0, 0].argmax()] == pytest.approx(10 / SFREQ)
    assert freqs[-1] == 0.5
    # The density is of the same power, over a narrower range.
    assert_allclose(np.trapezoid(psd, freqs, axis=-1), WINDOWS.var(axis=-1), rtol=0.1)


def test_sfreq_is_a_change_of_unit():
    freqs, psd = periodogram(WINDOWS)
    in_hertz, per_hertz = periodogram(WINDOWS, sfreq=SFREQ)
    assert_allclose(in_hertz, SFREQ * freqs)
    assert_allclose(SFREQ * per_hertz, psd)


def test_the_segment_is_in_seconds_or_in_samples():
    assert welch_psd(WINDOWS, sfreq=SFREQ)[0][1] == pytest.approx(1.0)
    assert welch_psd(WINDOWS, sfreq=SFREQ, segment=0.5)[0][1] == pytest.approx(2.0)
    assert welch_psd(WINDOWS)[0][1] == pytest.approx(1 / 100)
    assert welch_psd(WINDOWS, segment=20)[0][1] == pytest.approx(1 / 20)


@pytest.mark.parametrize(
    ("params", "lowest", "highest"),
    [
        ({}, 1 / 200, 0.5),
        ({"fmin": 0.1}, 0.1, 0.5),
        ({"fmax": 0.2}, 1 / 200, 0.2),
        ({"sfreq": SFREQ}, 1.0, 50.0),
        ({"sfreq": 200.0}, 1.0, 60.0),
        ({"sfreq": SFREQ, "fmin": 0.0, "fmax": 20.0}, 0.0, 20.0),
        ({"sfreq": SFREQ, "fmin": 80.0, "fmax": 90.0}, 0.5, 50.0),
    ],
)
def test_the_range_of_the_log_spectrum(params, lowest, highest):
    freqs, log_psd = log_spectrum(WINDOWS, **params)
    assert freqs[[0, -1]] == pytest.approx([lowest, highest])
    assert log_psd.shape == (2, len(freqs))


def test_bands_ask_for_sfreq():
    with pytest.raises(ValueError, match=r"'sfreq'.*bands are in Hz. Got None"):
        band_power(WINDOWS)
    with pytest.raises(ValueError, match="'sfreq'"):
        band_power(WINDOWS, bands={"low": (0.0, 0.1)})
