"""The usual range looks back only, starts anew with a device, and says when it has too little."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.observations.baseline import baselines

FIRST = date(2026, 1, 1)


def _usable(values, *, device="a", firmware="", first=FIRST):
    return pl.DataFrame(
        {
            "athlete_id": pl.Series([1] * len(values), dtype=pl.Int32),
            "metric": "ln_rmssd",
            "method": "rr_pair_masked",
            "reading": "morning",
            "device_id": device,
            "firmware": firmware,
            "observed_date": [first + timedelta(days=i) for i in range(len(values))],
            "observed_value": [float(v) for v in values],
            "unit": "ln_ms",
        }
    )


def _on(frame, day):
    return frame.row(by_predicate=pl.col("baseline_date") == day, named=True)


def test_the_range_of_a_date_does_not_contain_the_date():
    values = [4.0] * 20 + [9.0]

    found = _on(baselines(_usable(values)), FIRST + timedelta(days=20))

    assert found["median"] == 4.0
    assert found["day_count"] == 20


@pytest.mark.parametrize(("days", "grade"), [(13, "unusable"), (14, "doubtful"), (19, "doubtful"), (20, "ok")])
def test_the_grade_follows_the_number_of_days(days, grade):
    found = _on(baselines(_usable([4.0] * days)), FIRST + timedelta(days=days))

    assert found["grade"] == grade
    assert (found["median"] is None) == (grade == "unusable")


def test_days_older_than_sixty_leave_the_range():
    values = [1.0] * 30 + [5.0] * 60

    found = _on(baselines(_usable(values)), FIRST + timedelta(days=90))

    assert found["day_count"] == 60
    assert found["median"] == 5.0


def test_limits_are_one_robust_spread_around_the_median():
    values = np.random.default_rng(3).normal(4.0, 0.15, 60)

    found = _on(baselines(_usable(values)), FIRST + timedelta(days=60))

    spread = 1.4826 * np.median(np.abs(values - np.median(values)))
    assert found["lower_limit"] == pytest.approx(np.median(values) - spread)
    assert found["upper_limit"] == pytest.approx(np.median(values) + spread)


def test_another_device_has_a_range_of_its_own():
    old = _usable([4.0] * 30)
    new = _usable([4.4] * 5, device="b", first=FIRST + timedelta(days=30))

    found = baselines(pl.concat([old, new])).filter(pl.col("device_id") == "b")

    assert found["grade"].unique().to_list() == ["unusable"]
    assert found["median"].null_count() == found.height


def test_new_firmware_starts_the_range_anew():
    old = _usable([4.0] * 30)
    new = _usable([4.4] * 5, firmware="2.0", first=FIRST + timedelta(days=30))

    found = _on(baselines(pl.concat([old, new])), FIRST + timedelta(days=35))

    assert found["day_count"] == 5
    assert found["segment_start_date"] == FIRST + timedelta(days=30)


def test_nothing_usable_gives_no_range():
    assert baselines(_usable([])).height == 0
