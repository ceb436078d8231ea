"""What both forms of the Bonn recordings share: labels, their names, sampling frequency."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["BONN_CLASSES", "BONN_SFREQ", "bonn_target"]

#: Sampling frequency of the Bonn recordings in Hz.
BONN_SFREQ = 173.61

#: What the labels 1 to 5 of the Bonn windows mean, in this order, with the set's letter.
BONN_CLASSES: dict[str, str] = {
    "S": "seizure",
    "F": "tumour area",
    "N": "healthy area of an epileptic brain",
    "O": "eyes closed",
    "Z": "eyes open",
}


def bonn_target(labels: NDArray, *, binary: bool) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    """Turn the labels 1..5 of the Bonn windows into the target and its names."""
    if binary:
        return (labels == 1).astype(np.int64), np.array(["rest", "seizure"])
    return labels.astype(np.int64), np.array(list(BONN_CLASSES.values()))
