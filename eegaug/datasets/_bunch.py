"""The form in which every loader hands over its windows."""

import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import Bunch

__all__ = ["pack"]

CAVEATS = """\
Windows of one recording resemble each other. `groups` names the recording of each window:
give it to GroupKFold or StratifiedGroupKFold. A random split of the windows puts windows of
one recording on both sides and leaks; most published figures on the Bonn windows were made
that way. A recording is not a patient: say "recording-grouped", never "patient-independent".
"""


def pack(
    data: NDArray,
    target: NDArray,
    groups: NDArray | None,
    *,
    target_names: NDArray,
    sfreq: float,
    descr: str,
    ch_names: list[str] | None = None,
    return_X_y: bool,
    as_frame: bool,
) -> Bunch | tuple:
    """Return windows as scikit-learn's loaders return their data."""
    feature_names = [f"X{i}" for i in range(1, data.shape[-1] + 1)]
    frame = None
    if as_frame:
        frame = pd.DataFrame(data, columns=feature_names)
        frame["target"] = target
        data, target = frame[feature_names], frame["target"]
        groups = None if groups is None else pd.Series(groups, name="groups")
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        groups=groups,
        frame=frame,
        feature_names=feature_names if data.ndim == 2 else None,
        ch_names=ch_names,
        target_names=target_names,
        sfreq=sfreq,
        DESCR=f"{descr}\n{CAVEATS}",
    )
