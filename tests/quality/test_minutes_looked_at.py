"""What is left out for speed, minutes of calm windows and the company of other series, changes nothing that is said."""

import numpy as np
import polars as pl
import pytest

from pipelines.proofs.cases import build, fault_wishes
from pipelines.quality import beat_rows as beat_rows_module
from pipelines.quality import rhythm_windows
from pipelines.quality.beat_rows import beat_rows
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.faults.contract import SEVERITIES

BEATS = {fault.name: fault for fault in faults() if fault.table == "beats"}


@pytest.mark.parametrize("name", ["burst", "fibrillation_like", "misplaced_beat", "extra_beat"])
def test_what_is_said_of_the_rhythm_is_what_a_look_at_every_minute_says(name, monkeypatch):
    tables = build(fault_wishes(BEATS[name], severities=SEVERITIES, count=4), seed=11, salt=2).tables

    found = beat_rows(tables)
    monkeypatch.setattr(rhythm_windows, "_of", lambda features, _: features)

    assert found.equals(beat_rows(tables))


def test_series_looked_at_in_parts_are_told_as_those_looked_at_together(monkeypatch):
    tables = build(fault_wishes(BEATS["burst"], severities=SEVERITIES, count=4), seed=12, salt=2).tables

    together = beat_rows(tables)
    monkeypatch.setattr(beat_rows_module, "ROWS_AT_ONCE", 500)

    assert together.equals(beat_rows(tables))
    assert beat_rows({name: frame.clear() for name, frame in tables.items()}).is_empty()


def test_calm_windows_are_left_out_and_those_without_order_are_not(make):
    calm = make.breathing(800, rmssd_ms=25.0)
    wild = calm.copy()
    wild[500:700] *= np.exp(0.25 * np.random.default_rng(1).standard_normal(200))

    may = [
        beat_rows(make.beats(rr))
        .select("epoch", *rhythm_windows._beat_features())
        .group_by("epoch")
        .agg(rhythm_windows._may_hold_irregular_minute().alias("may"))["may"]
        for rr in (calm, wild)
    ]

    assert len(may[0]) > 1
    assert not may[0].any()
    assert may[1].any()


def test_windows_that_come_again_are_all_looked_at():
    features = pl.DataFrame({"subject_id": ["a"] * 4, "epoch": [0, 1, 0, 1]})
    windows = pl.DataFrame(
        {"subject_id": ["a", "a"], "epoch": [0, 1], "interval_count": [2, 2], "may_be_irregular": [False, False]}
    )

    assert rhythm_windows._of(features, windows).height == 4
