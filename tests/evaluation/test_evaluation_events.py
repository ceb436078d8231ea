from datetime import datetime

import mne
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timescoring import annotations, scoring

from eegaug.evaluation import (
    detect_events,
    events_from_raw,
    read_events,
    score_events,
    write_events,
)

LAYOUT = {"window": 4.0, "recording_duration": 40.0}
STARTS = np.arange(0, 40, 4.0)


def spans(events):
    seizures = events[events.eventType == "sz"]
    return list(zip(seizures.onset, seizures.onset + seizures.duration, strict=True))


def detect(probabilities, starts=STARTS, **options):
    return detect_events(probabilities, starts, **LAYOUT | options)


def raw_of(seconds, onsets, durations, names="seizure", **options):
    raw = mne.io.RawArray(
        np.zeros((1, int(seconds * 100))), mne.create_info(["C3"], 100.0, "eeg"), verbose="error"
    )
    # MNE itself cuts off what lies outside, so they are written where it does not look.
    raw._annotations = mne.Annotations(onsets, durations, names, **options)
    return raw


def test_a_threshold_gives_runs_of_windows():
    events = detect([0, 0.6, 0.7, 0, 0, 0, 0, 0, 0.5, 0.9])
    assert spans(events) == [(4, 12), (32, 40)]
    assert events.confidence.tolist() == [0.7, 0.9]
    assert set(events.recordingDuration) == {40.0}


def test_without_a_seizure_there_is_one_row_of_background():
    for probabilities, starts in [([0.1] * 10, STARTS), ([], [])]:
        events = detect(probabilities, starts)
        assert events.eventType.tolist() == ["bckg"]
        assert events[["onset", "duration"]].to_numpy().tolist() == [[0, 40]]


def test_hysteresis_extends_what_reaches_the_threshold_only():
    probabilities = [0.4, 0.9, 0.4, 0, 0.4, 0.4, 0, 0, 0, 0]
    assert spans(detect(probabilities, threshold=0.8)) == [(4, 8)]
    assert spans(detect(probabilities, threshold=0.8, low=0.3)) == [(0, 12)]


def test_merging_comes_before_the_least_duration():
    probabilities = [0, 1, 0, 1, 0, 0, 0, 0, 1, 0]
    assert spans(detect(probabilities, min_duration=8)) == []
    assert spans(detect(probabilities, merge=5, min_duration=8)) == [(4, 16)]
    # A gap of 4 s is not less than 4 s.
    assert spans(detect(probabilities, merge=4)) == [(4, 8), (12, 16), (32, 36)]


def test_smoothing_drops_a_single_window_and_keeps_a_constant():
    single = detect([0, 0, 0, 1, 0, 0, 0, 0, 0, 0], smoothing=12, threshold=0.5)
    assert spans(single) == []
    three = detect([0, 0, 0, 1, 1, 1, 0, 0, 0, 0], smoothing=12, threshold=0.5)
    assert spans(three) == [(12, 24)]
    assert spans(detect([1.0] * 10, smoothing=12, threshold=1.0)) == [(0, 40)]


def test_overlapping_windows_speak_for_their_centres():
    starts = np.arange(0, 37, 2.0)
    probabilities = np.zeros(len(starts))
    probabilities[[5, 6]] = 1  # windows from 10 to 14 and from 12 to 16 s
    assert spans(detect(probabilities, starts)) == [(11, 15)]
    assert spans(detect(np.ones(len(starts)), starts)) == [(0, 40)]


def test_a_gap_parts_seizures_and_smoothing():
    starts = [0, 4, 8, 20, 24, 28]
    assert spans(detect([0, 1, 1, 1, 1, 0], starts)) == [(4, 12), (20, 28)]
    assert spans(detect([0, 1, 1, 1, 1, 0], starts, merge=10)) == [(4, 28)]
    assert spans(detect([0, 0, 0, 1, 1, 1], starts, smoothing=12)) == [(20, 32)]


@settings(max_examples=60, deadline=None)
@given(
    probabilities=st.lists(st.floats(0, 1), min_size=1, max_size=40),
    step=st.sampled_from([0.5, 1.0, 4.0, 7.0]),
    threshold=st.floats(0, 1),
    share=st.floats(0, 1),
    smoothing=st.floats(0, 30),
    merge=st.floats(0, 30),
    min_duration=st.floats(0, 30),
)
def test_events_are_in_order_apart_and_inside(
    probabilities, step, threshold, share, smoothing, merge, min_duration
):
    starts = step * np.arange(len(probabilities))
    length = starts[-1] + 4.0
    events = detect_events(
        probabilities,
        starts,
        window=4.0,
        recording_duration=length,
        threshold=threshold,
        low=share * threshold,
        smoothing=smoothing,
        merge=merge,
        min_duration=min_duration,
    )
    ends = [-np.inf]
    for onset, end in spans(events):
        assert onset > ends[-1]
        assert onset - ends[-1] >= merge
        assert end - onset >= min_duration
        assert onset >= 0
        ends.append(end)
    assert ends[-1] <= length + 1e-9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"probabilities": [1.5]}, r"must be in \[0, 1\]. Got 1.5 at place 0"),
        ({"probabilities": [np.nan]}, "Got nan at place 0"),
        ({"probabilities": [0.5, 0.5]}, "inconsistent numbers"),
        ({"probabilities": [0.5, 0.5], "start": [4, 0]}, "must ascend"),
        ({"start": [38]}, "within the recording of 40 s. Got windows from 38 to 42 s"),
        ({"low": 0.9}, r"at most 'threshold' \(0.5\)"),
        ({"threshold": 2}, "'threshold' parameter of detect_events"),
        ({"window": 0}, "'window' parameter of detect_events"),
    ],
)
def test_wrong_windows_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        detect_events(**{"probabilities": [0.5], "start": [0]} | LAYOUT | options)


def test_events_of_a_recording_overlap_no_more_and_lie_inside():
    raw = raw_of(60, [5, 7, 55, 20], [4, 4, 20, 1], ["seizure", "SZ_foc", "seizure", "blink"])
    events = events_from_raw(raw)
    assert spans(events) == [(5, 11), (55, 60)]
    assert events_from_raw(raw, seizure="blink").onset.tolist() == [20]
    assert events_from_raw(raw_of(60, [], [])).eventType.tolist() == ["bckg"]


def test_events_count_from_the_first_sample():
    raw = raw_of(60, [], [])
    raw.set_meas_date(datetime.fromisoformat("2020-01-02T03:04:05+00:00"))
    raw.set_annotations(mne.Annotations([30], [5], ["seizure"], orig_time=raw.info["meas_date"]))
    events = events_from_raw(raw.copy().crop(tmin=10))
    assert spans(events) == [(20, 25)]
    assert events.dateTime.tolist() == ["2020-01-02 03:04:05"]


@pytest.mark.parametrize(
    ("onset", "duration", "message"),
    [(5, 0, "no duration"), (70, 5, "no part within 60 s"), (-20, 5, "no part within 60 s")],
)
def test_a_seizure_without_time_is_an_error(onset, duration, message):
    with pytest.raises(ValueError, match=f"A seizure of the recording, 'seizure'.*{message}"):
        events_from_raw(raw_of(60, [onset], [duration]))


def test_a_file_keeps_events(tmp_path):
    path = tmp_path / "sub-01_events.tsv"
    events = detect([0, 0.625, 0.75, 0, 0, 0, 0, 0, 0.5, 0.875])
    write_events(events, path)
    pd.testing.assert_frame_equal(read_events(path), events.round(2))
    write_events(detect([0] * 10), path)
    assert read_events(path).eventType.tolist() == ["bckg"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_bids_file_without_szcores_columns(tmp_path):
    path = tmp_path / "events.tsv"
    path.write_text(
        "onset\tduration\teventType\trecordingDuration\tside\n3\t4\tsz_foc\t60\tleft\n"
    )
    events = read_events(path)
    assert events.side.tolist() == ["left"]
    assert events.confidence.tolist() == ["n/a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no table"),
        ("onset\tduration\n1\t2\n", "eventType, recordingDuration missing"),
        (
            "onset\tduration\teventType\trecordingDuration\n1\t2\tsz\t60\n1\tn/a\tsz\t60\n",
            "line 3: 'duration' must be a number of seconds, at least 0. Got 'n/a'",
        ),
    ],
)
def test_a_damaged_file_is_named(tmp_path, text, message):
    path = tmp_path / "events.tsv"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        read_events(path)
    assert str(path) in str(caught.value)
    with pytest.raises(FileNotFoundError):
        read_events(tmp_path / "none.tsv")
    with pytest.raises(ValueError, match="write_events must have the columns"):
        write_events(pd.DataFrame({"onset": [1]}), path)


def truth(pairs, length=1200.0):
    return events_from_raw(raw_of(length, [a for a, _ in pairs], [b - a for a, b in pairs]))


def test_scores_are_timescorings():
    reference = [truth([(100, 130), (500, 560)]), truth([]), truth([(10, 20)])]
    detected = [truth([(120, 140), (800, 820)]), truth([(300, 310)]), truth([])]
    scores = score_events(reference, detected, groups=["a", "a", "b"])
    assert scores.index.get_level_values("patient").unique().tolist() == ["a", "b", "all"]
    ref = annotations.Annotation([(100, 130), (500, 560)], 10, 12000)
    hyp = annotations.Annotation([(120, 140), (800, 820)], 10, 12000)
    alone = score_events(reference[:1], detected[:1]).loc["all"]
    for level, expected in [
        ("event", scoring.EventScoring(ref, hyp)),
        ("sample", scoring.SampleScoring(ref, hyp)),
    ]:
        row = alone.loc[level]
        assert row.sensitivity == expected.sensitivity
        assert row.precision == expected.precision
        assert row.f1 == pytest.approx(expected.f1)
        assert row.false_alarms_per_day == pytest.approx(expected.fpRate)
    pooled = scores.loc[("all", "event")]
    assert pooled[["n_recordings", "n_reference", "tp", "fp"]].tolist() == [3, 3, 1, 2]
    assert pooled.hours == pytest.approx(1.0)
    assert pooled.f1 == pytest.approx(2 / 6)
    assert pooled.false_alarms_per_day == pytest.approx(48)


def test_shares_of_nothing_are_nan():
    scores = score_events([truth([])], [truth([])]).loc["all"]
    assert scores[["sensitivity", "precision", "f1"]].isna().all(axis=None)
    assert (scores.false_alarms_per_day == 0).all()
    nothing_found = score_events([truth([(10, 20)])], [truth([])]).loc[("all", "event")]
    assert nothing_found.sensitivity == nothing_found.f1 == 0


def test_an_event_inside_another_does_not_cut_it():
    # timescoring takes the end of the last of neighbours; this would end the first one at 130 s.
    nested = truth([(100, 300)])
    nested = pd.concat([nested, truth([(110, 130)])], ignore_index=True)
    found = truth([(290, 300)])
    row = score_events([nested], [found], tolerance_end=0, tolerance_start=0).loc["all"]
    assert row.loc["event", "sensitivity"] == 1
    assert row.loc["sample", "n_reference"] == 200


def test_options_are_szcores():
    reference, late = [truth([(100, 130)])], [truth([(150, 180)])]
    assert score_events(reference, late).loc[("all", "event")].tp == 1
    assert score_events(reference, late, tolerance_end=10).loc[("all", "event")].tp == 0
    two = [truth([(100, 130), (200, 230)])]
    assert score_events(two, two).loc[("all", "event")].n_reference == 1
    assert score_events(two, two, merge=0).loc[("all", "event")].n_reference == 2


def test_wrong_recordings_are_named():
    one, short = truth([(100, 130)]), truth([], 600.0)
    with pytest.raises(ValueError, match="inconsistent numbers"):
        score_events([one], [])
    with pytest.raises(ValueError, match=r"the same 'recordingDuration'.*at place 1"):
        score_events([one, one], [one, short])
    outside = one.assign(onset=1190.0)
    with pytest.raises(ValueError, match=r"detected\[0\]: events must lie within .* 1190 to 1220"):
        score_events([one], [outside])
