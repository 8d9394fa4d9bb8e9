"""The clock stands still in pauses, and what was flagged is not seen."""

import polars as pl
import pytest

from pipelines.observations.timeline import LONGEST_STEP_S, MOVING_M_PER_S, timelines
from pipelines.quality.catalogue import checks


def _name_of(signal):
    return next(check.name for check in checks() if check.signal == signal)


def test_moving_time_counts_the_seconds_between_records(run_tables):
    line = timelines(run_tables([3.0] * 61, [140] * 61))

    assert line["step_s"].sum() == 60.0
    assert line["moving_at_s"].max() == 60.0


def test_a_pause_adds_no_moving_time(run_tables):
    line = timelines(run_tables([3.0] * 61, [140] * 61, pauses=[(20, 30)]))

    assert line["step_s"].sum() == 50.0


@pytest.mark.parametrize(("speed", "moving_s"), [(MOVING_M_PER_S - 0.01, 0.0), (MOVING_M_PER_S, 60.0)])
def test_standing_adds_no_moving_time(run_tables, speed, moving_s):
    assert timelines(run_tables([speed] * 61, [90] * 61))["step_s"].sum() == moving_s


def test_a_record_speaks_for_ten_seconds_at_most(run_tables):
    tables = run_tables([3.0] * 100, [140] * 100)
    tables["records"] = tables["records"].gather([0, 99])

    assert timelines(tables)["step_s"].sum() == LONGEST_STEP_S


def test_a_flagged_heart_rate_is_not_seen_and_its_speed_is(run_tables):
    tables = run_tables([3.0] * 10, [140] * 10, flags=[(_name_of("heart_rate"), [4, 5])])

    line = timelines(tables)

    assert line.filter(line["heart_rate_bpm"].is_null())["record_index"].to_list() == [4, 5]
    assert line["speed_m_per_s"].null_count() == 0


def test_a_flagged_speed_is_not_seen_and_its_heart_rate_is(run_tables):
    tables = run_tables([3.0] * 10, [140] * 10, flags=[(_name_of("movement"), [4])])

    line = timelines(tables)

    assert line.filter(line["speed_m_per_s"].is_null())["record_index"].to_list() == [4]
    assert line["heart_rate_bpm"].null_count() == 0


def test_a_stored_heart_rate_of_zero_is_no_heart_rate(run_tables):
    line = timelines(run_tables([3.0] * 5, [0] * 5))

    assert line["heart_rate_bpm"].null_count() == 5


def _bare(tables, steps_m):
    """The tables with positions of these steps (m) to the north, and no speed."""
    way = pl.Series(steps_m).cum_sum()
    records = tables["records"].with_columns(
        speed_m_per_s=pl.lit(None, dtype=pl.Float64), latitude_deg=47 + way / 111_195, longitude_deg=pl.lit(8.0)
    )
    return {**tables, "records": records}


def test_positions_tell_the_speed_where_nothing_else_does(run_tables):
    line = timelines(_bare(run_tables([3.0] * 61, [140] * 61), [3.0] * 61))

    assert line["speed_m_per_s"].drop_nulls().to_list() == pytest.approx([3.0] * 60, rel=0.01)
    assert line["step_s"].sum() == 60.0


def test_standing_is_seen_in_positions(run_tables):
    line = timelines(_bare(run_tables([3.0] * 61, [140] * 61), [3.0] * 31 + [0.0] * 30))

    assert line["step_s"].sum() == pytest.approx(32.0, abs=1.0)


def test_a_flagged_speed_by_position_is_not_seen(run_tables):
    tables = _bare(run_tables([3.0] * 10, [140] * 10, flags=[(_name_of("movement"), [4])]), [3.0] * 10)

    assert timelines(tables).filter(pl.col("speed_m_per_s").is_null())["record_index"].to_list() == [4, 9]
