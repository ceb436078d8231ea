"""A spherical head: from sources in the brain to electrodes on the scalp, and to channels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eegaug._electrodes import TEN_TWENTY

__all__ = [
    "DOUBLE_BANANA",
    "OCCIPITAL",
    "cortex",
    "lead_field",
    "montage",
    "unit",
]

# fmt: off
#: The longitudinal bipolar montage, in the order of CHB-MIT's first 18 channels.
DOUBLE_BANANA = (
    "Fp1-F7", "F7-T7", "T7-P7", "P7-O1", "Fp1-F3", "F3-C3", "C3-P3", "P3-O1", "Fp2-F4", "F4-C4",
    "C4-P4", "P4-O2", "Fp2-F8", "F8-T8", "T8-P8", "P8-O2", "Fz-Cz", "Cz-Pz",
)
# fmt: on
#: Both occipital lobes, whose alpha rhythm is strongest.
OCCIPITAL = np.array([[-0.35, -0.72, 0.2], [0.35, -0.72, 0.2]])
# Depth and weight of three dipoles in one sphere that act as one dipole in a head with brain,
# fluid, skull and scalp (Berg and Scherg 1994): MNE's fit for the radii .90, .92, .97 and 1 and
# the conductivities .33, 1, .004 and .33 S/m.
DEPTHS = (0.94506813, 0.66799741, -0.29157942)
WEIGHTS = (0.41332073, 2.07291725, -0.03057252)


def unit(vectors: NDArray) -> NDArray:
    """Return vectors of length 1."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def cortex(n_places: int, rng: np.random.RandomState) -> NDArray[np.float64]:
    """Draw directions of places on the cortex, which is in the upper part of the head."""
    directions = rng.normal(size=(n_places, 3))
    directions[:, 2] = np.abs(directions[:, 2]) - 0.2
    return unit(directions)


def montage(ch_names: Sequence[str] | None) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Return channel names, electrodes, and the matrix (n_channels, n_electrodes) between them."""
    names = list(DOUBLE_BANANA if ch_names is None else ch_names)
    if not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"The 'ch_names' parameter must be names of channels. Got {ch_names!r}.")
    lowered = [name.lower() for name in names]
    twice = sorted({name for name in names if lowered.count(name.lower()) > 1})
    if twice:
        raise ValueError(
            f"The 'ch_names' parameter must name each channel once. Got {twice} more than once; "
            f"leave out the copies."
        )
    electrodes = list(TEN_TWENTY)
    rows = {name.lower(): row for row, name in enumerate(electrodes)}
    pairs = [name.split("-") for name in names]
    for name, pair in zip(names, pairs, strict=True):
        if len(pair) > 2 or not all(pair) or len({end.lower() for end in pair}) < len(pair):
            raise ValueError(
                f"The 'ch_names' parameter must hold electrodes, such as 'C3', or pairs of two "
                f"electrodes, such as 'F3-C3'. Got {name!r}."
            )
        for end in pair:
            if end.lower() not in rows:
                rows[end.lower()] = len(electrodes)
                electrodes.append(end)
    matrix = np.zeros((len(names), len(electrodes)))
    for row, pair in enumerate(pairs):
        if len(pair) == 1:  # against the average of the 10-20 electrodes
            matrix[row, : len(TEN_TWENTY)] -= 1 / len(TEN_TWENTY)
        else:
            matrix[row, rows[pair[1].lower()]] -= 1
        matrix[row, rows[pair[0].lower()]] += 1
    return names, electrodes, matrix


def lead_field(places: NDArray, moments: NDArray, electrodes: NDArray) -> NDArray[np.float64]:
    """Return the potential of dipoles at electrodes, (n_electrodes, n_sources), up to a factor."""
    total = np.zeros((len(electrodes), len(places)))
    for depth, weight in zip(DEPTHS, WEIGHTS, strict=True):
        total += weight * _one_sphere(depth * places, moments, electrodes)
    return total


def _one_sphere(places: NDArray, moments: NDArray, electrodes: NDArray) -> NDArray[np.float64]:
    """Return the potential on a homogeneous sphere of radius 1, without 1 / (4 π σ)."""
    # Mosher, Leahy, Lewis, "EEG and MEG: forward solutions for inverse methods", IEEE Trans.
    # Biomed. Eng. 46, 245-259, 1999, with the division by |place|² taken out.
    to = electrodes[:, None] - places
    distance = np.linalg.norm(to, axis=-1)
    cosine = electrodes @ places.T
    nearness = distance * (distance + 1 - cosine)
    along = np.einsum("esk,sk->es", to, moments)
    radial = electrodes @ moments.T
    return 2 * along / distance**3 + (along + distance * radial) / nearness
