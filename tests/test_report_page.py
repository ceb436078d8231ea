import base64
import copy
import json
import os
import re
import shutil
import subprocess
import sys
from html import escape, unescape
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from eegaug.report import QualityReport, compare_reports, quality_report
from eegaug.report._figures import FIGURES
from eegaug.report._input import by_label
from eegaug.report._provenance import data_hash

EVIL = "<script>alert('1')</script> \"&"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
DATE = "1700000000"
ATTRIBUTES = ("src", "href", "srcset", "xlink:href", "data", "action", "poster")


@pytest.fixture(scope="module", autouse=True)
def _fixed_date():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DATE)
        yield


def make_report(random_state=0, gain=1.5, **params):
    X = np.random.default_rng(0).normal(size=(60, 64)) * 50
    y = np.repeat([EVIL, "rest"], 30)
    return quality_report(
        {EVIL: X[:30] * gain, "rest": X[30:]},
        X,
        y,
        X_holdout=X + 60 * np.random.default_rng(1).normal(size=X.shape),
        y_holdout=y,
        random_state=random_state,
        **{"sfreq": 64.0, "n_resamples": 2, **params},
    )


#: Without groups no recordings are separated.
LEFT_OUT = ("separation",)
#: There is no training of windows that were given, and one channel.
NOT_APPLIED = ("history", "covariance", "scalp_map")
N_DRAWN = 2 * (len(FIGURES) - len(LEFT_OUT) - len(NOT_APPLIED))


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
    assert len(svgs) == N_DRAWN
    for svg in svgs:
        references = read(svg).references + re.findall(r"url\(([^)]*)\)", svg)
        assert all(reference.startswith(("#", "data:image/png")) for reference in references)
        assert "@import" not in svg


def test_each_label_has_its_section(report):
    html = report.to_html()
    for spec in FIGURES:
        assert html.count(f"<h4>{spec.title}</h4>") == (0 if spec.name in NOT_APPLIED else 2)
        assert spec.good.startswith("Good: ")
        if spec.name not in (*NOT_APPLIED, *LEFT_OUT):
            assert html.count(spec.good) == 2
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


def test_an_int_makes_the_same_page_again_and_path_saves_it_at_once(report, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved = make_report(path="page.html")
    assert saved.to_html() == report.to_html()
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == saved.to_html()
    assert os.listdir(tmp_path) == ["page.html"]
    assert make_report(random_state=1).to_html() != report.to_html()


def test_saving_writes_the_page(report, tmp_path):
    path = report.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8") == report.to_html()
    numbers = report.save(str(tmp_path / "numbers.JSON"))
    assert numbers.read_text(encoding="utf-8") == report.to_json()


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


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def test_json_has_all_numbers_and_no_window(report):
    document = json.loads(report.to_json(), parse_constant=refuse)
    for part, (label, findings) in zip(document["labels"], report.findings_.items(), strict=True):
        assert part["label"] == label
        assert part["light"] == report.summaries_[label].light
        assert part["summary"] == report.summaries_[label].text
        assert [each["verdict"] for each in part["findings"]] == [
            each.verdict for each in findings
        ]
        table = report.table_[report.table_["label"] == label].drop(columns="label")
        shown = pd.DataFrame(part["metrics"]).astype({"low": float, "ratio": float})
        pd.testing.assert_frame_equal(shown, table.reset_index(drop=True), check_dtype=False)
        assert set(part["figures"]) == {
            spec.name for spec in FIGURES if spec.name not in (*NOT_APPLIED, *LEFT_OUT)
        }
        np.testing.assert_allclose(part["figures"]["psd"]["real"], report.plot_psd(label).real)
        assert part["separation"]["reason"] == "It needs groups, the recording of each window."
        assert not {"traces", "training"} & set(str(part["figures"]).split("'"))


def test_numbers_that_are_not_finite_are_null():
    X = np.random.default_rng(0).normal(size=(4, 16))
    text = quality_report({1: X}, X, [1] * 4, n_resamples=1).to_json()
    metrics = json.loads(text, parse_constant=refuse)["labels"][0]["metrics"]
    assert next(row["value"] for row in metrics if row["verdict"] == "unknown") is None


@pytest.mark.parametrize("spec", FIGURES, ids=lambda spec: spec.name)
def test_each_figure_is_drawn_by_itself(spec, report):
    plot = getattr(report, f"plot_{spec.name}")
    assert spec.good in plot.__doc__
    if spec.name in (*NOT_APPLIED, *LEFT_OUT):
        with pytest.raises(
            ValueError, match=f"'{spec.name}' must have been made for label 'rest'"
        ):
            plot("rest")
        return
    figure, ax = plt.subplots()
    display = plot("rest", ax=ax)
    figure.canvas.draw()
    assert display.figure_ is figure
    assert plot("rest").figure_ is not figure
    plt.close("all")


def test_a_figure_needs_a_label_of_the_report(report):
    with pytest.raises(ValueError, match="'label' parameter must be a label of the report"):
        report.plot_psd()


def test_the_answer_of_the_blinded_figure_is_folded(report):
    display = report.plot_blinded("rest")
    plt.close("all")
    answer = ", ".join(str(place + 1) for place in np.flatnonzero(display.is_synthetic))
    html = report.to_html()
    assert f"<details><summary>Answer</summary><p>Synthetic are {answer}.</p></details>" in html


def test_the_top_says_where_the_numbers_come_from(report):
    top = report.to_html().partition("<h2>Topics</h2>")[0]
    facts = report.provenance_
    assert facts["date"] == "2023-11-14T22:13:20+00:00"
    for text in (facts["data hash"], f"seed {facts['seed']}", "60 windows as X_holdout"):
        assert text in top
    for text in ("n_resamples 2", f"numpy {np.__version__}", "sfreq 64.0", "python"):
        assert text in top.partition("<details>")[2]


def test_a_hash_follows_values_labels_and_recordings():
    X = np.arange(12).reshape(3, 4)
    same = data_hash(X, ["a", "b", "c"], None)
    assert data_hash(X.astype(np.float32), np.array(["a", "b", "c"]), None) == same
    others = [
        data_hash(X + 1, ["a", "b", "c"], None),
        data_hash(X.reshape(4, 3), ["a", "b", "c"], None),
        data_hash(X, ["a", "b", "b"], None),
        data_hash(X, ["ab", "", "c"], None),
        data_hash(X, ["a", "b", "c"], [0, 0, 1]),
    ]
    assert len({same, *others}) == 6


def test_channels_are_shown_on_the_scalp_by_their_names():
    pytest.importorskip("mne")
    X = np.random.default_rng(0).normal(size=(20, 4, 64))
    names = ["F3", "F4", "P3", "P4"]
    params = {"n_resamples": 1, "random_state": 0}
    report = quality_report({1: X[::-1]}, X, [1] * 20, ch_names=names, sfreq=64.0, **params)
    assert report.plot_scalp_map().ch_names == report.plot_covariance().ch_names == names
    plt.close("all")
    figures = json.loads(report.to_json())["labels"][0]["figures"]
    assert np.shape(figures["covariance"]["real"]) == (4, 4)
    for ch_names, sfreq, reason in (
        (None, 64.0, "A map needs at least 3 channels with names"),
        (names, None, "sfreq was not given"),
        (["F3", "F4", "P3", "X9"], 64.0, "'X9'"),
    ):
        report = quality_report(
            {1: X[::-1]}, X, [1] * 20, ch_names=ch_names, sfreq=sfreq, **params
        )
        with pytest.raises(ValueError, match=f"'scalp_map' must have been made.*{reason}"):
            report.plot_scalp_map()
    with pytest.raises(ValueError, match=r"must name each of the 4 channels of X\. Got 3 names"):
        quality_report({1: X}, X, [1] * 20, ch_names=names[:3], **params)


def test_the_page_is_below_3_mb():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2, 4000)).cumsum(axis=2)
    y = np.repeat(np.arange(4), 15)
    synthetic = {label: X[y == label][::-1] for label in range(4)}
    html = quality_report(
        synthetic, X, y, groups=np.arange(60) // 3, sfreq=250.0, n_resamples=1, random_state=0
    ).to_html()
    assert 500_000 < len(html.encode()) < 3_000_000
    assert "data:image/png" in html  # long traces are no drawings
    assert "Left out. The page would be too large" not in html


def test_figures_beyond_the_limit_are_named(report, monkeypatch):
    monkeypatch.setattr("eegaug.report._page.MAX_BYTES", 200_000)
    html = report.to_html()
    assert len(html) < 300_000
    assert "The page would be too large. report.plot_separation" not in html
    assert "The page would be too large. report.plot_nearest() draws it." in html


def test_reports_stand_side_by_side(report, tmp_path):
    loud = make_report(gain=9)
    comparison = compare_reports({"<b>right": report, "loud": loud})
    assert loud.provenance_["synthetic hash"] != report.provenance_["synthetic hash"]
    table = comparison.table_
    assert len(table) == len(report.table_) + len(loud.table_)
    assert table.columns.tolist()[:3] == ["report", "label", "metric"]
    html = comparison.to_html()
    assert len(html.encode()) < 3_000_000
    assert report.provenance_["data hash"] in html
    assert "Blinded windows" not in html
    reader = read(html)
    assert not {"script", "b"} & {tag for tag, _ in reader.tags}
    text = " ".join(reader.text)
    for each in (report, loud):
        for summary in each.summaries_.values():
            assert summary.text in text
    for title in ("Spectra", "Random windows"):
        assert html.count(f"<h4>{title}: loud</h4>") == 2
        assert html.count(f"<h4>{title}: &lt;b&gt;right</h4>") == 2
    document = json.loads(comparison.to_json(), parse_constant=refuse)
    assert document["loud"]["labels"] == json.loads(loud.to_json())["labels"]
    assert comparison.save(tmp_path / "both.json").read_text() == comparison.to_json()
    assert repr(comparison).startswith("<b>right: ")
    assert "srcdoc" in comparison._repr_html_()


@pytest.mark.parametrize("name", ["seed", "data hash", "held-out hash", "n_resamples", "sfreq"])
def test_reports_that_differ_in_more_than_the_sampler_are_refused(name, report):
    facts = copy.deepcopy(report.provenance_)
    assert name in facts or name in facts["parameters"]
    (facts if name in facts else facts["parameters"])[name] = "another"
    other = QualityReport(report.sections_, facts)
    with pytest.raises(ValueError, match=f"reports with the same {name}. Got .*another.*; make"):
        compare_reports({"a": report, "b": other})


def test_one_report_is_not_compared(report):
    with pytest.raises(ValueError, match=r"at least two reports\. Got 1; add"):
        compare_reports({"a": report})


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
    assert int(drawn) == N_DRAWN
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
