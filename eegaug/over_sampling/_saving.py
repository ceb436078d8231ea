"""Saving of a GAN sampler, and its model card."""

import os
import warnings
from collections.abc import Hashable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from eegaug._files import array_bytes, json_bytes, to_json, write_archive
from eegaug.over_sampling._card import card_text, model_card

__all__ = ["FITTED_BY_NAME", "KIND", "PLACE", "VERSION", "SavingMixin"]

KIND = "GANOversampler"
#: Version of the file format. It increases if an older eegaug could not read a newer file.
VERSION = 6
#: A folder of this machine, which a file must not set.
PLACE = "memory"
#: Parameters that have parameters of their own.
NESTED = ("generator", "channels")
FITTED_BY_NAME = ("n_features_in_", "feature_names_in_")


class SavingMixin:
    """Give a fitted `GANOversampler` the methods `save` and `describe`."""

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the fitted sampler to one file, which `eegaug.persistence.load_sampler` reads.

        Parameters
        ----------
        path : str or path-like
            Where to; ``.eegaug`` is the usual ending, any is taken. A file of that name is
            replaced, and only by a complete new one.

        Returns
        -------
        path : Path
            Where it is.

        Raises
        ------
        NotFittedError
            If neither `fit_resample` nor `fit_generators` was called before.
        ValueError
            If the sampler is of a subclass, whose additions would be lost, or its generators are
            not those of `eegaug.gan`: use pickle, joblib or skops for them.
        OSError
            If the file cannot be written; an older one stays as it was.

        Warns
        -----
        UserWarning
            Where a parameter is an object that a file of plain values cannot hold: `callbacks`,
            an `objective` of your own, a callable `sampling_strategy`, a `RandomState` or a
            sampler as `init`. They shape a training, not what the trained generators make, so
            they are left out, and a loaded sampler has the default instead.

        See Also
        --------
        eegaug.persistence.load_sampler : Read it again, in another process and on another day.

        Notes
        -----
        The file is a zip archive of JSON and of arrays in NumPy's format, with a checksum for
        each; no pickle. It holds the model card, as `describe` gives it, and no real window, but
        weights learned from real windows: treat it as you treat the data.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import numpy as np
        >>> from eegaug import GANOversampler, load_sampler
        >>> from eegaug.gan import GANGenerator
        >>> X, y = np.random.default_rng(0).normal(size=(40, 16)), np.repeat([0, 1], [28, 12])
        >>> generator = GANGenerator(n_steps=2, width=2)
        >>> sampler = GANOversampler(generator, random_state=0)
        >>> _ = sampler.fit_resample(X, y)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = sampler.save(pathlib.Path(folder, "seizures.eegaug"))
        ...     loaded = load_sampler(path)
        >>> bool((loaded.sample(5, 1, 0) == sampler.sample(5, 1, 0)).all())
        True
        """
        check_is_fitted(self, "generators_")
        write_archive(path, _files_of(self), kind=KIND, version=VERSION)
        return Path(path)

    def describe(self) -> str:
        """Return the model card: what was learned from what, how well, and what it is for.

        Returns
        -------
        card : str
            Text of some dozens of lines. It says what is not known, too.

        Raises
        ------
        NotFittedError
            If neither `fit_resample` nor `fit_generators` was called before.

        Examples
        --------
        >>> import numpy as np
        >>> from eegaug import GANOversampler
        >>> from eegaug.gan import GANGenerator
        >>> X, y = np.random.default_rng(0).normal(size=(40, 16)), np.repeat([0, 1], [28, 12])
        >>> generator = GANGenerator(n_steps=2, width=2)
        >>> sampler = GANOversampler(generator, random_state=0)
        >>> _ = sampler.fit_resample(X, y)
        >>> print(sampler.describe())
        Model card of a GANOversampler
        ...
        """
        check_is_fitted(self, "generators_")
        return card_text(model_card(self))


def _files_of(sampler: Any) -> dict[str, bytes]:
    """Return the members of the archive."""
    _check_savable(sampler)
    generators, of_label = _distinct_generators(sampler.generators_)
    state = _state_of(sampler) | {"of_label": of_label, "generators": []}
    arrays = {}
    if generators:
        from eegaug.gan.state import arrays_of, facts_of

        state["generators"] = [facts_of(generator) for generator in generators]
        for i, generator in enumerate(generators):
            for name, array in arrays_of(generator).items():
                arrays[f"generators/{i}/{name}.npy"] = array_bytes(array)
    card = model_card(sampler)
    return {
        "model_card.txt": card_text(card).encode(),
        "model_card.json": json_bytes(card),
        "sampler.json": json_bytes(to_json(state)),
        **arrays,
    }


def _check_savable(sampler: Any) -> None:
    """Raise for what a file cannot hold: subclasses and generators of others."""
    # Attributes of a subclass would be lost.
    if type(sampler).__name__ != KIND or not type(sampler).__module__.startswith("eegaug."):
        raise ValueError(
            f"Only {KIND} itself can be saved. Got {type(sampler).__qualname__} instead; use "
            "pickle."
        )
    own = sampler.generator is None or type(sampler.generator).__module__.startswith("eegaug.")
    if not own:
        raise ValueError(
            f"Only generators of eegaug.gan can be saved. Got {sampler.generator!r:.80} instead; "
            "use pickle, joblib or skops."
        )


def _state_of(sampler: Any) -> dict[str, Any]:
    """Return the state of a sampler without its generators."""
    parameters, left_out = _plain_parameters(sampler)
    if left_out:
        warnings.warn(
            f"A file cannot hold the value of {', '.join(left_out)}. A loaded sampler makes the "
            "same windows, but has the default there, should it be fitted again.",
            UserWarning,
            stacklevel=4,
        )
    data = sampler._data
    return {
        "parameters": parameters,
        "left_out": left_out,
        "fitted": {
            name: np.asarray(getattr(sampler, name)).tolist()
            for name in FITTED_BY_NAME
            if hasattr(sampler, name)
        },
        "data": {
            "dtype": data.dtype.str,
            "shape": data.shape,
            "sfreq": sampler.sfreq_,
            "ch_names": sampler.ch_names_,
            "n_windows": data.n_windows,
            "n_recordings": data.n_recordings,
            "versions": data.versions,
        },
        "sampling_strategy": sampler.sampling_strategy_,
        "growth": sampler.growth_,
        "strengths": {label: asdict(each) for label, each in sampler.strengths_.items()},
        "real_share": {
            label: _finite_only(asdict(each)) for label, each in sampler.real_share_.items()
        },
        "fallback": {label: tuple(each) for label, each in sampler.fallback_.items()},
        "membership_inference": {
            label: _finite_only(asdict(each))
            for label, each in sampler.membership_inference_.items()
        },
    }


def _plain_parameters(sampler: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the parameters of JSON types, and the names of the others except the folder."""
    plain, left_out = {}, []
    for name, value in sampler.get_params(deep=False).items():
        if name == PLACE:
            continue
        if name in NESTED and value is not None:
            value = value.get_params(deep=False)
            known = {k: v for k, v in value.items() if _is_plain(v)}
            left_out += [f"{name}__{k}" for k in value.keys() - known.keys()]
            value = known
        if _is_plain(value):
            plain[name] = value
        else:
            left_out.append(name)
    return plain, left_out


def _is_plain(value: Any) -> bool:
    try:
        to_json(value)
    except TypeError:
        return False
    return True


def _finite_only(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Replace numbers that are not finite by None."""
    return {
        name: None if isinstance(value, float) and not np.isfinite(value) else value
        for name, value in figures.items()
    }


def _distinct_generators(
    by_label: Mapping[Hashable, Any],
) -> tuple[list[Any], dict[Hashable, tuple[int, bool]]]:
    """Return each generator once, and for each label its place and whether it is shared."""
    generators: list[Any] = []
    of_label = {}
    for label, generator in by_label.items():
        # A `LabelGenerator` is one label of a generator that several share.
        whole = getattr(generator, "generator", generator)
        if not any(whole is known for known in generators):
            generators.append(whole)
        place = next(i for i, known in enumerate(generators) if known is whole)
        of_label[label] = (place, whole is not generator)
    return generators, of_label
