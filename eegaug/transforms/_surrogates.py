"""Surrogates: windows with the spectrum of a real window and other phases."""

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import fft

__all__ = ["iaaft_surrogates", "phase_surrogates"]


def phase_surrogates(windows: NDArray, rng: RandomState) -> NDArray:
    """Rotate the phases of each window by random angles that all its channels share."""
    n_samples, _, n_times = windows.shape
    spectrum = fft.rfft(windows, axis=-1)
    angles = rng.uniform(0, 2 * np.pi, size=(n_samples, 1, spectrum.shape[-1]))
    angles[..., 0] = 0
    if n_times % 2 == 0:
        # A real signal has a real Nyquist coefficient: its phase is 0 or pi.
        angles[..., -1] = np.pi * (angles[..., -1] > np.pi)
    return fft.irfft(spectrum * np.exp(1j * angles), n=n_times, axis=-1)


def iaaft_surrogates(windows: NDArray, rng: RandomState, *, max_iter: int = 100) -> NDArray:
    """Shuffle each window, then restore its spectra and its values in turn."""
    n_times = windows.shape[-1]
    values = np.sort(windows, axis=-1)
    target = fft.rfft(windows, axis=-1)
    order = rng.uniform(size=(len(windows), 1, n_times)).argsort(axis=-1)
    new = np.take_along_axis(windows, order, axis=-1)
    for _ in range(max_iter):
        previous = new
        # The turn of the target's phases, one for all channels, that comes nearest to the
        # present phases; a single channel keeps its present phases.
        turn = fft.rfft(new, axis=-1) * target.conj()
        length = np.abs(turn)
        # Below the smallest normal number it would overflow.
        normal = length >= np.finfo(length.dtype).tiny
        turn = np.divide(turn, length, out=np.ones_like(turn), where=normal)
        turn = turn.sum(axis=1, keepdims=True)
        turn = np.exp(1j * np.angle(turn))
        turn[..., 0] = 1
        smooth = fft.irfft(target * turn, n=n_times, axis=-1)
        ranks = smooth.argsort(axis=-1, kind="stable").argsort(axis=-1, kind="stable")
        new = np.take_along_axis(values, ranks, axis=-1)
        if np.array_equal(new, previous):
            break
    return new
