"""Public sets of continuous EEG with annotated seizures: downloads and local copies."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, StrOptions, validate_params

from eegaug.datasets._annotation_lists import Seizures, parse_chb_mit, parse_helsinki, parse_siena
from eegaug.datasets._citations import CHB_MIT_DESCR, HELSINKI_DESCR, SIENA_DESCR
from eegaug.datasets._fetching import (
    announce,
    cache_folder,
    fetch_files,
    list_text,
    need_files,
    sha256_list,
)
from eegaug.datasets._opening import Note, open_recordings

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["fetch_chb_mit", "fetch_helsinki", "fetch_siena"]

Fetcher = TypeVar("Fetcher", bound=Callable[..., Bunch])

HELSINKI_URL = "https://zenodo.org/records/4940267/files/"
#: The tables of the three experts, as version 4 of the record names them.
HELSINKI_TABLES = (
    "annotations_2017_A_fixed.csv",
    "annotations_2017_B.csv",
    "annotations_2017_C.csv",
)
#: The second case of one girl, a year and a half later: the same patient.
SAME_PATIENT = {"chb21": "chb01"}
COMMON: dict[str, Any] = {
    "folder": [str, os.PathLike, None],
    "download_if_missing": ["boolean"],
    "on_error": [StrOptions({"raise", "skip"})],
    "base_url": [str],
}
#: What all docstrings say, for the marks in them.
SHARED_DOCS = {
    "parameters": """\
download_if_missing : bool, default=True
    Whether to download what is missing. False opens the files that are there, and needs
    neither network nor pooch.
on_error : {"raise", "skip"}, default="raise"
    Whether a file that is cut short or does not fit its list is an error, or is left out and
    named in `skipped`.
base_url : str, default=that of the publisher
    Where to download from, such as a mirror.""",
    "bunch": """\
bunch : :class:`~sklearn.utils.Bunch`
    raws : list of mne.io.Raw
        Recordings, not in memory, with annotations named ``seizure``.
    groups : ndarray of str
        Patient of each recording.
    files : list of Path
        File of each recording.
    seizures : DataFrame
        A row for each: `recording` (its place in `raws`), `patient`, `onset` and `duration`
        in s.
    skipped : DataFrame
        `file` and `reason` of each file that was left out.
    DESCR : str
        Description, licence and citation.""",
    "raises": """\
ImportError
    If pooch or MNE-Python is missing.
OSError
    If a file cannot be downloaded; the next call goes on where it broke off.
ValueError
    If a checksum differs, a list cannot be read, or a file is cut short.""",
}


def _shared_docs(fetch: Fetcher) -> Fetcher:
    """Put what all fetchers say into a docstring."""
    if fetch.__doc__:
        fetch.__doc__ = inspect.cleandoc(fetch.__doc__) % SHARED_DOCS + "\n"
    return fetch


@dataclass(frozen=True)
class _PhysioNet:
    """A set of PhysioNet: a folder for each patient, with a list of its seizures."""

    name: str
    url: str
    list_form: str
    parse: Callable[[str, str], Seizures]
    descr: str
    #: Whether its lists must not name files that are not there.
    complete: bool

    def open(
        self,
        patients: Sequence[str] | None,
        folder: str | os.PathLike[str] | None,
        download: bool,
        on_error: str,
        base_url: str,
        *,
        only_seizures: bool = False,
    ) -> Bunch:
        """Return the recordings of patients, fetched where they are missing."""
        place = cache_folder(self.name) if folder is None else Path(folder)
        checksums, by_patient = self._files(place, download, base_url, only_seizures)
        chosen = list(by_patient) if patients is None else list(patients)
        _check_chosen("patients", chosen, by_patient)
        lists = {patient: self.list_form.format(patient) for patient in chosen}
        wanted = [file for patient in chosen for file in by_patient[patient]]
        need_files([*lists.values(), *wanted], place, base_url, download, checksums=checksums)
        seizures: Seizures = {}
        for patient in chosen:
            path = place / lists[patient]
            found = self.parse(list_text(path), str(path))
            unknown = set(found) - {Path(file).name for file in by_patient[patient]}
            if self.complete and unknown:
                raise ValueError(
                    f"{path} lists seizures of {', '.join(sorted(unknown))}, which are not among "
                    f"the recordings of {patient}; complete the folder, or correct the list."
                )
            seizures |= found
        files = {
            file: SAME_PATIENT.get(patient, patient)
            for patient in chosen
            for file in by_patient[patient]
            if seizures.get(Path(file).name) or not only_seizures
        }
        return _open(place, files, seizures, self.descr, on_error)

    def _files(
        self, place: Path, download: bool, base_url: str, only_seizures: bool
    ) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Return the publisher's checksums, and the names of the recordings by patient."""
        checksums: dict[str, str] = {}
        if download:
            announce(place, self.descr)
            index = "RECORDS-WITH-SEIZURES" if only_seizures else "RECORDS"
            fetch_files(["SHA256SUMS.txt", index], place, base_url)
            checksums = sha256_list(list_text(place / "SHA256SUMS.txt"))
            names = [line.strip() for line in list_text(place / index).splitlines()]
        else:
            names = sorted(path.relative_to(place).as_posix() for path in place.glob("*/*.edf"))
        by_patient: dict[str, list[str]] = {}
        for file in names:
            if file.endswith(".edf"):
                by_patient.setdefault(file.split("/")[0], []).append(file)
        return checksums, by_patient


CHB_MIT = _PhysioNet(
    "chb-mit",
    "https://physionet.org/files/chbmit/1.0.0/",
    "{0}/{0}-summary.txt",
    parse_chb_mit,
    CHB_MIT_DESCR,
    complete=False,
)
SIENA = _PhysioNet(
    "siena",
    "https://physionet.org/files/siena-scalp-eeg/1.0.0/",
    "{0}/Seizures-list-{0}.txt",
    parse_siena,
    SIENA_DESCR,
    complete=True,
)


@_shared_docs
@validate_params(
    {"patients": ["array-like", None], "only_seizures": ["boolean"]} | COMMON,
    prefer_skip_nested_validation=True,
)
def fetch_chb_mit(
    patients: Sequence[str] | None = ("chb01",),
    *,
    only_seizures: bool = False,
    folder: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    on_error: str = "raise",
    base_url: str = CHB_MIT.url,
) -> Bunch:
    """Fetch recordings of the CHB-MIT Scalp EEG Database, or open a local copy.

    The whole set has 43 GB; the default fetches one case. Needs the extras ``fetch`` and ``mne``.

    Parameters
    ----------
    patients : sequence of str, default=("chb01",)
        Cases, ``chb01`` to ``chb24``; None takes all.
    only_seizures : bool, default=False
        Whether to leave out files without a seizure. False alarms a day can only be counted on
        all of them.
    folder : str or path-like, default=None
        Where the files are kept, as ``chb01/chb01_01.edf`` and so on. None takes a folder of the
        user's cache.
    %(parameters)s

    Returns
    -------
    %(bunch)s

    Raises
    ------
    %(raises)s

    See Also
    --------
    fetch_siena : Adults.
    fetch_helsinki : Newborn infants.
    make_seizure_recordings : Simulated recordings, without a download.

    Notes
    -----
    Checksums are those that PhysioNet publishes; where it lists none for a file, that of the first
    download is kept beside it and holds from then on. The download has been tested against a
    local server and the parsers on small made files; no test has run against PhysioNet itself.

    References
    ----------
    J. Guttag, "CHB-MIT Scalp EEG Database (version 1.0.0)", PhysioNet, 2010,
    doi:10.13026/C2K01R.

    Examples
    --------
    >>> from eegaug.datasets import fetch_chb_mit
    >>> eeg = fetch_chb_mit(["chb01", "chb02"])  # doctest: +SKIP
    >>> eeg.raws[0].ch_names  # doctest: +SKIP
    """
    return CHB_MIT.open(
        patients, folder, download_if_missing, on_error, base_url, only_seizures=only_seizures
    )


@_shared_docs
@validate_params({"patients": ["array-like", None]} | COMMON, prefer_skip_nested_validation=True)
def fetch_siena(
    patients: Sequence[str] | None = ("PN00",),
    *,
    folder: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    on_error: str = "raise",
    base_url: str = SIENA.url,
) -> Bunch:
    """Fetch recordings of the Siena Scalp EEG Database, or open a local copy.

    The whole set has 20 GB; the default fetches one patient. Needs the extras ``fetch`` and
    ``mne``.

    Parameters
    ----------
    patients : sequence of str, default=("PN00",)
        Patients, such as ``PN00``; None takes all 14.
    folder : str or path-like, default=None
        Where the files are kept, as ``PN00/PN00-1.edf`` and so on. None takes a folder of the
        user's cache.
    %(parameters)s

    Returns
    -------
    %(bunch)s

    Raises
    ------
    %(raises)s

    See Also
    --------
    fetch_chb_mit : Children; tells about checksums and tests.

    References
    ----------
    P. Detti, "Siena Scalp EEG Database (version 1.0.0)", PhysioNet, 2020,
    doi:10.13026/5d4a-j060.

    Examples
    --------
    >>> from eegaug.datasets import fetch_siena
    >>> eeg = fetch_siena(["PN00"])  # doctest: +SKIP
    """
    return SIENA.open(patients, folder, download_if_missing, on_error, base_url)


@_shared_docs
@validate_params(
    {
        "infants": ["array-like", None],
        "agreement": [Interval(Integral, 1, len(HELSINKI_TABLES), closed="both")],
    }
    | COMMON,
    prefer_skip_nested_validation=True,
)
def fetch_helsinki(
    infants: Sequence[int] | None = (1,),
    *,
    agreement: int = 3,
    folder: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    on_error: str = "raise",
    base_url: str = HELSINKI_URL,
) -> Bunch:
    """Fetch recordings of the Helsinki neonatal EEG, or open a local copy.

    The whole set has 4 GB; the default fetches one infant. Needs the extras ``fetch`` and
    ``mne``.

    Parameters
    ----------
    infants : sequence of int, default=(1,)
        Numbers of infants, 1 to 79; None takes all.
    agreement : int, default=3
        How many of the three experts must see a seizure in a second, 1 to 3.
    folder : str or path-like, default=None
        Where the files are kept, as ``eeg1.edf`` and the tables of the experts as version 4
        of the record names them. None takes a folder of the user's cache.
    %(parameters)s

    Returns
    -------
    %(bunch)s

    Raises
    ------
    %(raises)s

    See Also
    --------
    fetch_chb_mit : Children; tells about tests.
    load_neonatal : Windows that others cut from these recordings.

    Notes
    -----
    A checksum is that of the first download, kept beside the files. The download has been tested
    against a local server; no test has run against Zenodo itself.

    References
    ----------
    N. J. Stevenson, K. Tapani, L. Lauronen, S. Vanhatalo, "A dataset of neonatal EEG recordings
    with seizure annotations", Scientific Data 6, 190039, 2019, doi:10.1038/sdata.2019.39.

    Examples
    --------
    >>> from eegaug.datasets import fetch_helsinki
    >>> eeg = fetch_helsinki([1, 4], agreement=2)  # doctest: +SKIP
    """
    place = cache_folder("helsinki") if folder is None else Path(folder)
    if download_if_missing:
        announce(place, HELSINKI_DESCR)
    need_files(HELSINKI_TABLES, place, base_url, download_if_missing, suffix="?download=1")
    lists = {name: list_text(place / name) for name in HELSINKI_TABLES}
    by_infant = parse_helsinki(lists, agreement)
    chosen = sorted(by_infant) if infants is None else list(infants)
    _check_chosen("infants", chosen, by_infant)
    files = {f"eeg{infant}.edf": f"infant {infant}" for infant in chosen}
    need_files(list(files), place, base_url, download_if_missing, suffix="?download=1")
    seizures = {f"eeg{infant}.edf": spans for infant, spans in by_infant.items()}
    return _open(place, files, seizures, HELSINKI_DESCR, on_error)


def _open(
    place: Path, files: Mapping[str, str], seizures: Seizures, descr: str, on_error: str
) -> Bunch:
    """Open the recordings of patients with their seizures, which are listed by file."""

    def find_notes(raw: "BaseRaw", file: str) -> list[Note]:
        return [(*span, "seizure") for span in seizures.get(Path(file).name, [])]

    entries = [
        (place / file, patient, partial(find_notes, file=file)) for file, patient in files.items()
    ]
    return open_recordings(entries, descr, on_error)


def _check_chosen(parameter: str, chosen: Sequence[Any], known: Mapping[Any, Any]) -> None:
    unknown = [item for item in chosen if item not in known]
    if unknown or not chosen:
        raise ValueError(
            f"The '{parameter}' parameter must be of {', '.join(map(str, sorted(known)))}. Got "
            f"{unknown or 'none'} instead."
        )
