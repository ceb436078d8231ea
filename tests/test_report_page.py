import base64
import os
import re
import shutil
import subprocess
import sys
from html import escape, unescape
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from eegaug.report import quality_report
from eegaug.report._input import by_label
from eegaug.report._report import QualityReport

EVIL = "<script>alert('1')</script> \"&"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ATTRIBUTES = ("src", "href", "srcset", "xlink:href", "data", "action", "poster")


def make_report(random_state=0, **params):
    X = np.random.default_rng(0).normal(size=(60, 64)) * 50
    y = np.repeat([EVIL, "rest"], 30)
    return quality_report(
        {EVIL: X[:30] * 1.5, "rest": X[30:]},
        X,
        y,
        X_holdout=X + 60 * np.random.default_rng(1).normal(size=X.shape),
        y_holdout=y,
        sfreq=64.0,
        n_resamples=2,
        random_state=random_state,
        **params,
    )


@pytest.fixture(scope="module")
def report():
    return make_report()


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.references, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.references += [value for name, value in attrs if name in ATTRIBUTES]

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def images(html):
    head = "data:image/svg+xml;base64,"
    found = re.findall(rf'src="{re.escape(head)}([^"]+)"', html)
    return [base64.b64decode(image).decode() for image in found]


def test_labels_are_escaped(report):
    reader = read(report.to_html())
    assert "script" not in {tag for tag, _ in reader.tags}
    assert EVIL in reader.text


def test_the_page_needs_nothing_from_outside(report):
    html = report.to_html()
    reader = read(html)
    assert reader.references
    for reference in reader.references:
        assert reference.startswith(("data:", "#"))
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html
    svgs = images(html)
    assert len(svgs) == 12
    for svg in svgs:
        references = read(svg).references + re.findall(r"url\(([^)]*)\)", svg)
        assert all(reference.startswith("#") for reference in references)
        assert "@import" not in svg


def test_each_label_has_its_section(report):
    html = report.to_html()
    for title in (
        "Windows",
        "Spectra",
        "Band power",
        "Amplitude",
        "Embedding",
        "Closest to the training windows",
    ):
        assert html.count(f"<h4>{title}</h4>") == 2
    assert "<h4>Training</h4>" not in html
    text = " ".join(read(html).text)
    for findings in report.findings_.values():
        for finding in findings:
            assert finding.text in text
    for metric in report.table_["metric"]:
        assert metric.replace("_", " ") in text
    assert all(attrs["alt"] for tag, attrs in read(html).tags if tag == "img")


def test_numbers_stand_under_their_heads(report):
    rows = []
    for table in re.findall(r'<table class="metrics">.*?</table>', report.to_html()):
        head, *body = (
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[1:]
        )
        rows += [
            dict(zip(head, (re.sub(r"<[^>]*>", "", cell) for cell in cells), strict=True))
            for cells in body
        ]
    shown, expected = pd.DataFrame(rows), report.table_
    assert len(shown) == len(expected)
    shown = shown.rename(columns={"real vs real": "real_vs_real"})
    for name in ("value", "real_vs_real", "ratio"):
        np.testing.assert_allclose(
            shown[name].replace("–", "nan").astype(float), expected[name], rtol=0.01
        )
    assert shown["better"].tolist() == expected["better"].tolist()
    words = {"fair": "in part", "poor": "not good", "unknown": "not known"}
    assert shown["verdict"].tolist() == expected["verdict"].replace(words).tolist()
    assert set(expected["verdict"]) > {"good", "poor"}


def test_pictures_follow_the_theme(report):
    for svg in images(report.to_html()):
        assert "prefers-color-scheme:dark" in svg
        assert "#000000" not in svg


def test_an_int_makes_the_same_page_again(report):
    assert make_report().to_html() == report.to_html()
    assert make_report(random_state=1).to_html() != report.to_html()


def test_saving_writes_the_page(report, tmp_path):
    path = report.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8") == report.to_html()
    html = QualityReport(pd.DataFrame(), {}, "<p>µV</p>")
    assert html.save(str(path)) == path
    assert path.read_bytes() == "<p>µV</p>".encode()


def test_path_saves_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved = make_report(path="page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == saved.to_html()
    assert os.listdir(tmp_path) == ["page.html"]


def test_a_notebook_shows_the_page_in_a_frame(report):
    ((tag, attrs),) = read(report._repr_html_()).tags
    assert tag == "iframe"
    assert attrs["srcdoc"] == report.to_html()
    assert "sandbox" in attrs


def test_missing_matplotlib_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"eegaug\[plot\]"):
        make_report()


def test_integer_and_missing_labels_are_kept_apart():
    X = np.random.default_rng(0).normal(size=(8, 1, 16))
    parts = list(by_label({0: X, 1: X}, (X, [0, 0, 0, 1, 1, 1, 1, 1], None)))
    assert [(part.label, len(part.real)) for part in parts] == [(0, 3), (1, 5)]


def browse(html, tmp_path, *, width=1280):
    """Open a page in a frame of a width, in a browser that can reach nothing."""
    # Browsers have no window as narrow as a phone, but frames; and only a script can measure.
    page = tmp_path / "page.html"
    page.write_text(
        f"""<!doctype html><meta charset="utf-8"><iframe srcdoc="{escape(html)}"
        style="width:{width}px;height:900px;border:0"></iframe><script>
        addEventListener("load", () => {{
            const page = document.querySelector("iframe").contentDocument;
            const drawn = [...page.images].filter(image => image.naturalWidth > 0);
            document.body.dataset.seen =
                [page.documentElement.scrollWidth, drawn.length, page.title].join(" ");
        }})</script>""",
        encoding="utf-8",
    )
    return subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
            "--v=0",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=1400,1000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on the PATH"
)


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_the_page_without_a_complaint(width, report, tmp_path):
    # The page's own policy forbids every request, and a browser complains of each it stops.
    seen = browse(report.to_html(), tmp_path, width=width)
    assert "CONSOLE" not in seen.stderr
    scrolled, drawn, title = re.search(r'data-seen="([^"]*)"', seen.stdout)[1].split(" ", 2)
    assert int(scrolled) <= width
    assert int(drawn) == 12
    assert title == "Quality of synthetic EEG windows"


@needs_chromium
def test_the_browser_would_complain_of_a_request(report, tmp_path):
    intruder = '<img src="https://example.invalid/x.png"></body>'
    html = report.to_html().replace("</body>", intruder)
    assert "CONSOLE" in browse(html, tmp_path).stderr


@needs_chromium
def test_the_browser_would_see_too_wide_a_page(report, tmp_path):
    html = report.to_html().replace("</body>", '<div style="width:500px">.</div></body>')
    seen = re.search(r'data-seen="(\d+)', browse(html, tmp_path, width=390).stdout)
    assert int(seen[1]) > 390


def test_frames_unescape_to_the_page(report):
    inner = re.search(r'srcdoc="([^"]*)"', report._repr_html_())[1]
    assert unescape(inner) == report.to_html()
