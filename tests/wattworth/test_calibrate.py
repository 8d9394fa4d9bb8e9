import numpy as np
import polars as pl
import pytest

from pipelines.proofs.calibration_subjects import COLUMNS
from pipelines.quality.conformal import FILE, TABLE, strata_in
from wattworth.commands import calibrate


@pytest.fixture(autouse=True)
def few_subjects(monkeypatch):
    """Stands in for the generator: errors of distance that are twice as large as expected."""
    rows = pl.DataFrame(
        {
            "part": "runs",
            "fault": "none",
            "severity": 0,
            "purpose": "distance",
            "source": "open",
            "flagged_share": 0.0,
            "uncalibrated_error": 1.0,
            "conformal_factor": 1.0,
            "error_limit": 1.0,
            "error": np.linspace(0.01, 2.5, 200),
            "weight": 1.0,
            "half": np.arange(200) % 2,
        }
    ).select(COLUMNS)
    monkeypatch.setattr(calibrate, "subjects", lambda *_, **__: rows)


def test_calibrating_writes_a_table_the_judge_can_read_and_tells_before_and_after(wattworth, tmp_path, monkeypatch):
    monkeypatch.setattr(calibrate, "IN_USE", tmp_path / FILE)

    done = wattworth("calibrate")

    made = strata_in((tmp_path / FILE).read_text(encoding="utf-8"))
    assert done.code == 0
    assert made != TABLE
    assert next(one.factor for one in made if (one.purpose, one.source) == ("distance", "open")) == pytest.approx(
        2.0, abs=0.03
    )
    assert "coverage before" in done.out
    assert "sleep_duration" in done.out


def test_a_quick_calibration_leaves_the_table_in_use_as_it_is(wattworth, tmp_path, monkeypatch):
    monkeypatch.setattr(calibrate, "IN_USE", tmp_path / FILE)

    done = wattworth("calibrate", "--quick")

    assert done.code == 0
    assert not (tmp_path / FILE).exists()
    assert "--into" in done.out


def test_a_table_can_go_elsewhere(wattworth, tmp_path, monkeypatch):
    monkeypatch.setattr(calibrate, "IN_USE", tmp_path / FILE)

    wattworth("calibrate", "--quick", "--into", tmp_path / "other.csv")

    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


def test_a_file_that_cannot_be_written_is_one_line(wattworth, tmp_path):
    done = wattworth("calibrate", "--into", tmp_path / "no such folder" / "x.csv")

    assert done.code == 2
    assert "--into" in done.err
