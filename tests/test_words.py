"""The words that "Style" in CONTRIBUTING.md replaces are not used any more.

The table there is the only list. A word of its first column is found with its endings, in prose
everywhere, and in Python files also in comments, docstrings, messages, and in names of our own.
"""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What is checked.
PLACES = ["README.md", "CONTRIBUTING.md", "docs", "examples", "eegaug"]
#: Built pages, and this list itself.
PASSED_OVER = {"_build", "auto_examples", "generated", "test_words.py"}
TABLE = re.compile(r"\| do not write \| write \|\n\| --- \| --- \|\n((?:\|.*\|\n)+)")
LISTED = (ROOT / "CONTRIBUTING.md").read_text()
WORDS = {
    word: line.split("|")[2].strip()
    for line in TABLE.search(LISTED)[1].splitlines()
    for word in re.findall(r"`([^`]+)`", line.split("|")[1])
}
#: Terms of neurology, of notebooks and of Markdown that hold such a word.
ALLOWED = re.compile(r"pyramidal cells?|notebook cells?|markdown cells?", re.IGNORECASE)


def pattern_of(word):
    """Find a word with its endings; its capitals count if it has any."""
    stem, endings = (word[:-1], "y|ies|ied|ying") if word.endswith("y") else (word, "|s|d|ed|ing")
    parts = r"\s+".join(map(re.escape, stem.split())).replace(r"\-", "[-_]")
    flags = re.IGNORECASE if word.islower() else 0
    return re.compile(rf"(?<![\w.]){parts}(?:{endings})(?!\w)", flags)


PATTERNS = {word: pattern_of(word) for word in WORDS}


def prose_of(path):
    """Return what people read in a file: of Python the comments, strings and our own names."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    read = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", None)}
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    parts = [token.string for token in tokens if token.type in read]
    return "\n".join([*parts, *own_names(ast.parse(text))])


def own_names(tree):
    """Yield the names that a file gives, as they are and with spaces between their words."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            name = node.name
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        else:
            continue
        # The entries of a table in HTML and of a closure have no other name.
        if name not in ("cell", "cells"):
            yield from (name, re.sub(r"_+|(?<=[a-z])(?=[A-Z])", " ", name))


def found_words(text):
    """Return the listed words in a text, each with what it reads there and what replaces it."""
    text = ALLOWED.sub("", text)
    return [
        f"{match[0]!r}: write {WORDS[word]!r}"
        for word, pattern in PATTERNS.items()
        for match in pattern.finditer(text)
    ]


def files():
    """Find the files that are checked."""
    paths = []
    for place in PLACES:
        paths += [ROOT / place, *sorted((ROOT / place).rglob("*"))]
    return [
        path
        for path in paths
        if path.suffix in (".py", ".rst", ".md") and not PASSED_OVER & set(path.parts)
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_listed_word_is_used(path):
    text = prose_of(path)
    if path.name == "CONTRIBUTING.md":
        text = TABLE.sub("", text)
    assert not found_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "the next rung", "rungs", "a ladder", "it was told", "spare windows", "they were spared",
        "varied windows", "it varies", "lending", "gathered", "it stands in for", "a stand-in",
        "what\ncame", "so many as", "a cell", "Floors", "MOST LISTED",
    ],
)  # fmt: skip
def test_a_listed_word_is_found(text):
    assert found_words(text)


@pytest.mark.parametrize("text", ["pyramidal cells", "tf.gather", "an excellent variety", "most"])
def test_other_words_are_not(text):
    assert not found_words(text)


def test_names_and_comments_of_code_are_read(tmp_path):
    path = tmp_path / "code.py"
    path.write_text('def lend_windows(told):\n    """Mend."""\n    x = 1  # spare\n')
    found = {text.split("'")[1] for text in found_words(prose_of(path))}
    assert found == {"lend", "told", "Mend", "spare"}
