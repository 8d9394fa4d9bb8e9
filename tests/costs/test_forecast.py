"""What a month will have used: the pace of the days behind, drawn as many times as days are ahead."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.costs.budget import Allowance
from pipelines.costs.factors import load_factors
from pipelines.costs.forecast import LEAST_DAY_COUNT, LOOK_BACK_DAYS, forecast, forecast_month

TODAY = date(2026, 11, 20)


def days(*amounts: float, last: date = TODAY) -> dict[date, float]:
    """Amounts of consecutive days, the last of them on `last`."""
    return {last - timedelta(days=len(amounts) - 1 - place): amount for place, amount in enumerate(amounts)}


def test_an_even_pace_goes_on_to_the_end_of_the_month():
    found = forecast(days(*[2.0] * 15), TODAY, unit="cpu_s")

    assert (found.used, found.days_ahead, found.last_date) == (30.0, 10, date(2026, 11, 30))
    assert (found.middle, found.lower, found.upper) == (50.0, 50.0, 50.0)


@pytest.mark.parametrize(("count", "is_known"), [(LEAST_DAY_COUNT + 1, False), (LEAST_DAY_COUNT + 2, True)])
def test_there_is_no_forecast_before_a_week_behind_the_first_day(count, is_known):
    found = forecast(days(*[2.0] * count), TODAY, unit="cpu_s")

    assert (found.middle is not None) is is_known
    assert ("not known yet, 6 of the 7 days it needs; 16 CPU-s used so far" in str(found)) is not is_known


def test_the_day_the_archive_came_in_and_days_long_ago_are_no_pace_and_a_day_without_a_run_is_nothing():
    first, old = days(900.0, *[2.0] * 10), days(900.0, *[50.0] * 10, *[2.0] * LOOK_BACK_DAYS, 2.0)
    gap = days(900.0, *[2.0] * 9) | {TODAY: 2.0}
    del gap[TODAY - timedelta(days=4)]

    assert forecast(first, TODAY, unit="cpu_s").upper == pytest.approx(900.0 + 20.0 + 20.0)
    assert forecast(old, TODAY, unit="cpu_s").upper == pytest.approx(40.0 + 20.0)
    assert forecast(gap, TODAY, unit="cpu_s").lower < forecast(gap, TODAY, unit="cpu_s").middle


def test_today_is_ahead_until_something_ran_on_it():
    assert forecast(days(*[2.0] * 15, last=TODAY - timedelta(days=1)), TODAY, unit="cpu_s").days_ahead == 11


def test_few_uneven_days_make_a_wide_interval_and_the_budget_is_over_in_some_of_the_draws():
    uneven = days(0.0, *[1.0, 3.0] * 8)

    found = forecast(uneven, TODAY, unit="cpu_s", limit=52.0)

    assert found.lower < found.middle - 4.0
    assert found.upper > found.middle + 4.0
    assert 0.2 < found.over_fraction < 0.8
    assert forecast(uneven, TODAY, unit="cpu_s", limit=1000.0).over_fraction == 0.0
    assert str(found).startswith("month forecast: 51.3 CPU-s by 2026-11-30 (90 %: ")


def test_the_ledger_is_read_in_the_unit_of_the_month_s_allowance(warehouse, meter):
    load_factors(warehouse)
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    for day in range(9):
        known = {"cpu_self_s": 9.0, "cpu_children_s": 0.0, "wall_s": 1.0, "watts_per_thread": 4.0}
        meter.file_known("read", purpose="ingest", started_at_utc=now - timedelta(days=day), **known)
    meter.file_known("gru:t", purpose="backtest", status="not_run", started_at_utc=now)

    in_seconds = forecast_month(warehouse.con, (Allowance(period="month", limit=1.0, unit="cpu_s"),), now)
    in_energy = forecast_month(warehouse.con, (Allowance(period="night", limit=1.0, unit="cpu_s"),), now)

    assert (in_seconds.used, in_seconds.middle, in_seconds.over_fraction) == (81.0, 171.0, 1.0)
    assert in_energy.middle == pytest.approx(171.0 * 4.0 * 0.8 / 3600)
    assert in_energy.over_fraction is None
