"""Display in notebooks: links to the documentation, and tables of results."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from html import escape
from importlib.metadata import metadata
from typing import Any

__all__ = ["DocLinkMixin", "HTMLTableMixin", "documentation_url", "html_table"]


@cache
def documentation_url() -> str:
    """Return the documentation's address in the package metadata, or an empty string."""
    for entry in metadata("eegaug").get_all("Project-URL") or []:
        label, _, url = entry.partition(",")
        if label.strip().lower() == "documentation":
            return url.strip().rstrip("/")
    return ""


class DocLinkMixin:
    """The link behind the question mark in scikit-learn's diagram of an estimator."""

    _doc_link_module = "eegaug"

    @property
    def _doc_link_template(self) -> str:
        url = documentation_url()
        # scikit-learn leaves out an empty link.
        return url and url + "/reference/generated/{place}.{name}.html"

    def _doc_link_url_param_generator(self) -> dict[str, str]:
        name = type(self).__name__
        package, part, *_ = type(self).__module__.split(".")
        # The reference lists the samplers by the shorter of their two names.
        is_short = part == "over_sampling" and not name.startswith("Base")
        return {"place": package if is_short else f"{package}.{part}", "name": name}


def html_table(values: Mapping[str, Any]) -> str:
    """Return names and values as a table."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(_text(value))}</td></tr>"
        for name, value in values.items()
    )
    return f"<table>{rows}</table>"


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class HTMLTableMixin:
    """HTML table of the fields of a dataclass."""

    def _repr_html_(self) -> str:
        return html_table({each.name: getattr(self, each.name) for each in fields(self)})  # type: ignore[arg-type]
