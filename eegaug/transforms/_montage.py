"""What channels would have recorded with the electrodes turned about the head."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.polynomial.legendre import legval
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from eegaug._electrodes import electrode_positions, parse_channels

__all__ = ["Montage", "find_montage"]

# Terms and order of the spline's series, as MNE has them.
N_TERMS, ORDER = 50, 4
#: Share of the variance that is taken for noise of the electrodes, which no neighbour shares.
NOISE = 1e-3
_N = np.arange(1, N_TERMS + 1)
SERIES = np.concatenate([[0.0], (2 * _N + 1) / (_N * (_N + 1.0)) ** ORDER / (4 * np.pi)])


class Montage:
    """Electrodes on a sphere, and the channels made of them.

    Potentials are smooth over the scalp as spherical splines are, which is also to say that they
    are a random field whose covariance is the spline's kernel. So channels against a reference and
    bipolar ones are interpolated alike, each a known sum of potentials.

    References
    ----------
    F. Perrin, J. Pernier, O. Bertrand, J. F. Echallier, "Spherical splines for scalp potential and
    current density mapping", Electroencephalogr. Clin. Neurophysiol. 72, 184-187, 1989.
    """

    def __init__(self, positions: NDArray, matrix: NDArray) -> None:
        self.positions = positions
        self.matrix = matrix
        self.kernel = matrix @ self._covariance(positions) @ matrix.T
        noise = NOISE * np.trace(self.kernel) / len(matrix) * np.eye(len(matrix))
        self.inverse = np.linalg.inv(self.kernel + noise)

    def _covariance(self, others: NDArray) -> NDArray[np.float64]:
        cosines = np.clip(others @ self.positions.T, -1, 1)
        # A constant, larger than all else, for the potential of the reference.
        return legval(cosines, SERIES) + 10 * SERIES[1]

    def mixing(self, rotations: Rotation) -> NDArray[np.float64]:
        """Return a matrix for each rotation, (n, n_channels, n_channels); one for none of them."""
        turned = np.stack([rotations.apply(each) for each in self.positions], axis=1)
        between = self.matrix @ self._covariance(turned) @ self.matrix.T
        return np.eye(len(self.matrix)) + (between - self.kernel) @ self.inverse


def find_montage(ch_names: Sequence[str]) -> Montage:
    """Return the montage of named channels."""
    return _montage_of(tuple(ch_names))


# A stream asks for it at each batch.
@lru_cache(8)
def _montage_of(ch_names: tuple[str, ...]) -> Montage:
    channels = parse_channels(ch_names)
    ends = [end for each in channels for end in (each.electrode, each.against) if end]
    electrodes = list(dict.fromkeys(ends))
    matrix = np.zeros((len(channels), len(electrodes)))
    for row, channel in enumerate(channels):
        matrix[row, electrodes.index(channel.electrode)] = 1
        if channel.against is not None:
            matrix[row, electrodes.index(channel.against)] = -1
    return Montage(electrode_positions(electrodes), matrix)
