"""What the names of channels say: electrodes, left and right, and places on the head by MNE."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "TEN_TWENTY",
    "Channel",
    "electrode_positions",
    "mirror_image",
    "parse_channels",
]

# fmt: off
TEN_TWENTY = (
    "Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz",
    "P4", "P8", "O1", "O2",
)
# fmt: on
#: Names of the same template montage in newer and older versions of MNE.
TEMPLATES = ("colin27_1005", "standard_1005")
#: How names of the 10-20, 10-10 and 10-5 systems are built: a place, and a number or "z".
ELECTRODE = re.compile(
    r"(AFP|AFF|AF|FP|FFC|FFT|FCC|FTT|FC|FT|F|CCP|CPP|CP|C|TTP|TPP|TP|T|PPO|POO|PO|P|OI|O|I|N)"
    r"(10|[1-9]|Z)(H?)|[AM][12]",
    re.IGNORECASE,
)
#: Older names of the 10-20 system.
RENAMED = {"t3": "t7", "t4": "t8", "t5": "p7", "t6": "p8"}
#: What stands in a name for a reference that all channels share.
REFERENCES = {"ref", "reference", "avg", "ave", "av", "ar", "car", "le", "a1a2", "a1+a2"}


@dataclass(frozen=True)
class Channel:
    """An electrode against another one, or against a reference of all; names in lower case."""

    electrode: str
    against: str | None = None


def parse_channels(ch_names: Sequence[str], *, what: str = "'ch_names'") -> list[Channel]:
    """Return the electrodes of channels; raise with the list of names that are not understood."""
    lowered = Counter(name.lower() for name in ch_names)
    twice = sorted({name for name in ch_names if lowered[name.lower()] > 1})
    if twice:
        raise ValueError(
            f"{what} must name each channel once. Got {twice} more than once; leave out the "
            "copies."
        )
    found = [_parse(name) for name in ch_names]
    unknown = [name for name, channel in zip(ch_names, found, strict=True) if channel is None]
    if unknown:
        raise ValueError(
            f"{what} must name electrodes of the 10-20 or 10-10 system, such as 'C3', or pairs of "
            f"them, such as 'F3-C3'. Got {unknown}, which are none. Depth electrodes and other "
            "signals have no place on the scalp: leave them out."
        )
    return [channel for channel in found if channel is not None]


def _parse(name: str) -> Channel | None:
    """Read 'C3', 'EEG C3-Ref', 'F3-C3' or, as MNE renames copies, 'F3-C3-0'."""
    text = name.strip().strip(".").lower().removeprefix("eeg").strip()
    parts = [part.strip() for part in text.split("-")]
    if len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    if len(parts) == 2 and parts[1] in REFERENCES:
        parts.pop()
    if len(parts) > 2 or not all(map(ELECTRODE.fullmatch, parts)):
        return None
    places = [RENAMED.get(part, part) for part in parts]
    return None if len(set(places)) < len(places) else Channel(*places)


def mirror_image(
    ch_names: Sequence[str], *, what: str = "'ch_names'"
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return from which channel each takes its signal in a mirror, and with which sign.

    The sign is negative where the mirror image has its electrodes the other way round, as
    'FT9-FT10' has of itself. Channels of the same electrodes are paired in their order.
    """
    channels = parse_channels(ch_names, what=what)
    places: dict[tuple[str, ...], list[int]] = {}
    for index, channel in enumerate(channels):
        places.setdefault(_key(channel)[0], []).append(index)
    source, sign, alone = np.arange(len(channels)), np.ones(len(channels)), []
    for own in places.values():
        mirrored = [_key(_mirrored(channels[index])) for index in own]
        partners = places.get(mirrored[0][0], [])
        if len(partners) != len(own):
            alone += [ch_names[index] for index in own]
            continue
        for index, partner, (_, turned) in zip(own, partners, mirrored, strict=True):
            source[index], sign[index] = partner, turned * _key(channels[partner])[1]
    if alone:
        raise ValueError(
            f"{what} must hold the mirror image of each channel, such as 'C4' for 'C3'. Got "
            f"{alone} without one. Leave them out, or interpolate what is missing."
        )
    return source, sign


def _key(channel: Channel) -> tuple[tuple[str, ...], float]:
    """Return the electrodes in order, and the sign by which that order turns the signal."""
    if channel.against is None:
        return (channel.electrode,), 1.0
    pair = (channel.electrode, channel.against)
    return (pair, 1.0) if pair[0] < pair[1] else (pair[::-1], -1.0)


def _mirrored(channel: Channel) -> Channel:
    against = None if channel.against is None else _other_side(channel.against)
    return Channel(_other_side(channel.electrode), against)


def _other_side(electrode: str) -> str:
    """Return the electrode in the mirror: odd numbers are left, even ones right."""

    def swap(match: re.Match) -> str:
        number = int(match[0])
        return str(number + 1 if number % 2 else number - 1)

    return re.sub(r"\d+", swap, electrode)


def electrode_positions(names: Sequence[str]) -> NDArray[np.float64]:
    """Return where electrodes lie on a sphere of radius 1, as (n, 3): right, front, up."""
    try:
        from mne.channels import get_builtin_montages, make_standard_montage
    except ImportError as error:
        raise ImportError(
            "Places of electrodes need MNE-Python. Install it with pip install 'eegaug[mne]'."
        ) from error
    known_templates = get_builtin_montages()
    template = next((name for name in TEMPLATES if name in known_templates), TEMPLATES[-1])
    places = make_standard_montage(template).get_positions()["ch_pos"]
    by_lower = {name.lower(): place for name, place in places.items()}
    unknown = [name for name in names if name.lower() not in by_lower]
    if unknown:
        raise ValueError(
            f"The 'ch_names' parameter must name electrodes of the 10-20 or 10-10 system, such as "
            f"'C3', or pairs of them, such as 'F3-C3'. Got {unknown}, which MNE's montage "
            f"{template!r} does not have."
        )
    inner = np.array([by_lower[name.lower()] for name in TEN_TWENTY])
    # The sphere that fits the 10-20 electrodes best: |x|² = 2 x·c + (r² - |c|²).
    design = np.column_stack([2 * inner, np.ones(len(inner))])
    centre = np.linalg.lstsq(design, (inner**2).sum(axis=1))[0][:3]
    offsets = np.array([by_lower[name.lower()] for name in names]).reshape(-1, 3) - centre
    return offsets / np.linalg.norm(offsets, axis=-1, keepdims=True)
