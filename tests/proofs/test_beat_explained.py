"""What an interval of a real file is, by arithmetic alone: each rule on either side of its number."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.proofs import beat_real
from pipelines.proofs.beat_explained import (
    BETWEEN,
    BURST,
    CUT,
    LOST,
    MOVED,
    SILENT,
    explained,
    is_confirmed,
    witnessed,
)
from pipelines.proofs.beat_real import RealShare
from pipelines.proofs.beat_trials import trials
from pipelines.proofs.real_files import RealBeats
from pipelines.simulation.frames import beat_rows, series_row
from pipelines.tables import empty

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
QUIET = [400.0 + step % 3 for step in range(20)]


def whys(*changed):
    rows = pl.DataFrame({"subject_id": "a", "rr_ms": [*QUIET, *changed, *QUIET]})
    return explained(rows)["why"].to_list()[20 : 20 + len(changed)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ([800.0], [LOST]),
        ([478.0], [None]),
        ([880.0], [LOST]),
        ([885.0], [None]),
        ([1200.0], [LOST]),
        ([1000.0], [None]),
        ([1390.0], [None]),
        ([1410.0], [SILENT]),
        ([160.0, 241.0], [CUT, CUT]),
        ([160.0, 290.0], [None, None]),
        ([60.0, 330.0], [None, None]),
        ([379.0, 423.0], [MOVED, MOVED]),
        ([382.0, 420.0], [None, None]),
        ([340.0, 500.0], [MOVED, MOVED]),
        ([340.0, 505.0], [None, None]),
        ([800.0, 401.0, 800.0], [LOST, BETWEEN, LOST]),
        ([800.0, 401.0, 401.0, 800.0], [LOST, None, None, LOST]),
        ([800.0, 485.0, 265.0, 800.0], [LOST, BURST, BURST, LOST]),
    ],
)
def test_each_rule_holds_up_to_its_number_and_no_further(changed, expected):
    assert whys(*changed) == expected


def test_silence_in_ms_needs_no_multiple():
    rows = pl.DataFrame({"subject_id": "a", "rr_ms": [900.0] * 20 + [2190.0] + [900.0] * 20 + [2210.0] + [900.0] * 20})

    assert explained(rows)["why"].drop_nulls().to_list() == [SILENT]


def test_a_heart_that_breathes_deeply_is_not_taken_for_beats_out_of_place():
    swing = [1000.0 + 150.0 * np.sin(step) for step in range(60)]

    assert explained(pl.DataFrame({"subject_id": "a", "rr_ms": swing}))["why"].null_count() == 60


def test_the_rules_say_next_to_nothing_of_clean_beats_and_do_not_look_at_what_the_detector_says():
    made = [trial.rr_ms for trial in trials(seed=7, count=40)]
    rows = pl.concat([pl.DataFrame({"subject_id": str(n), "rr_ms": rr}) for n, rr in enumerate(made)])

    plain, marked = (explained(one)["why"] for one in (rows, rows.with_columns(reason=pl.lit("rr_missed"))))

    assert plain.is_not_null().sum() <= 0.002 * rows.height
    assert plain.equals(marked, null_equal=True)


def test_neighbours_of_another_series_say_nothing():
    rows = pl.DataFrame({"subject_id": ["a"] * 20 + ["b"] * 5, "rr_ms": [400.0] * 20 + [800.0] * 5})

    assert explained(rows)["why"].null_count() == 25


@pytest.mark.parametrize(
    ("bpm", "late_s", "expected"), [(150, 0, True), (168, 0, True), (170, 0, False), (150, 6, None)]
)
def test_the_heart_rate_of_the_device_confirms_lost_beats_or_does_not(bpm, late_s, expected):
    rows = pl.DataFrame({"subject_id": "a", "source_file_id": "f", "rr_ms": [*QUIET, 800.0, *QUIET]})
    rows = explained(rows).with_columns(pl.lit(START).alias("ended_at_utc"))
    stated = {"source_file_id": ["f"], "recorded_at_utc": [START + timedelta(seconds=late_s)], "heart_rate_bpm": [bpm]}

    told = witnessed(rows, pl.DataFrame(stated))

    assert told["rr_ms"].equals(rows["rr_ms"])
    assert told.select(is_confirmed())["device_beats"].drop_nulls().to_list() == (
        [] if expected is None else [expected]
    )


def test_a_share_of_real_beats_counts_marks_with_a_reason_and_without(monkeypatch, tmp_path):
    rr = np.array([400.0 + 4.0 * np.sin(beat / 3) for beat in range(600)])
    rr[[100, 300]] = 800.0
    rr[500] = 560.0
    frame = beat_rows(rr, athlete_id=1, source_file_id="f")
    series = series_row(frame, start_at_utc=START, reading="morning")
    tables = {"beats": frame, "beat_series": series}
    seconds = [START + timedelta(seconds=second) for second in range(300)]
    stated = pl.DataFrame({"source_file_id": "f", "recorded_at_utc": seconds, "heart_rate_bpm": 150})
    known = RealBeats(tables={name: tables.get(name, empty(name)) for name in tables}, names={}, heart_rate=stated)
    monkeypatch.setattr(beat_real, "real_beats", lambda *_, **__: known)
    monkeypatch.setattr(beat_real, "graded_ok", lambda _: set())
    monkeypatch.setattr(beat_real, "_places", lambda *_, **__: ())

    whole = beat_real.real_marks(tmp_path, seed=1, progress=None).shares[0]

    assert isinstance(whole, RealShare)
    assert (whole.marked_count, whole.plain_count, whole.witness_count, whole.confirmed_count) == (3, 2, 2, 2)
    assert dict(whole.reasons)[LOST] == 2
    assert whole.other_share.value == pytest.approx(1 / 600)
    assert whole.as_json()["marked_share"] == pytest.approx(3 / 600)
