"""Metadata of a distribution that depends on where the repository is.

No address is written into the repository. A build takes it from the environment variable
``EEGAUG_REPOSITORY``, which the release workflow sets to the repository that it runs in. The links
of the README are relative, so that they work in a clone. In a distribution they become absolute,
so that they also work on the page of a package index.
"""

import os
import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

#: A link or an image of Markdown whose address is a path of this repository.
RELATIVE = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s]+)\)")


class RepositoryHook(MetadataHookInterface):
    """Set the README and the project's addresses."""

    def update(self, metadata: dict) -> None:
        """Fill in what pyproject.toml declares dynamic."""
        address = os.environ.get("EEGAUG_REPOSITORY", "").rstrip("/")
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        if address:
            text = absolute(text, address, f"v{metadata['version']}")
            metadata["urls"] = addresses(address, metadata["version"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def addresses(repository: str, version: str) -> dict[str, str]:
    """Return the project's addresses, by the labels that package indexes know."""
    return {
        "Source": repository,
        "Documentation": f"{repository}/tree/v{version}/docs",
        "Issues": f"{repository}/issues",
        "Changelog": f"{repository}/blob/v{version}/CHANGELOG.md",
    }


def absolute(text: str, repository: str, tag: str) -> str:
    """Replace the relative links of a Markdown text by links into a tag of the repository."""

    def link(match: re.Match) -> str:
        image, label, path = match.groups()
        kind = "raw" if image else "blob"
        return f"{image}[{label}]({repository}/{kind}/{tag}/{path})"

    return RELATIVE.sub(link, text)
