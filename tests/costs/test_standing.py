from datetime import UTC, datetime, timedelta

import pytest

from pipelines.costs.budget import Allowance
from pipelines.costs.factors import load_factors
from pipelines.costs.standing import refused_line, standings

NOW = datetime(2026, 11, 20, 4, 15, tzinfo=UTC)
NIGHT = Allowance(period="night", limit=100.0, unit="cpu_s")
MONTH = Allowance(period="month", limit=1.0, unit="wh")


@pytest.fixture
def spent(warehouse, meter):
    """Ten CPU-seconds this evening, 90 on the day before, one killed step of unknown figures, one job not run."""
    warehouse.home.warehouse.mkdir(parents=True)
    load_factors(warehouse)
    for hours, cpu_s, status in ((5, 10.0, "ok"), (30, 90.0, "ok"), (4, None, "killed"), (3, None, "not_run")):
        known = {"cpu_self_s": cpu_s, "cpu_children_s": None if cpu_s is None else 0.0, "wall_s": 1.0, "status": status}
        evidence = "not_assessed" if cpu_s is None else "estimated_cpu_time"
        known |= {"started_at_utc": NOW - timedelta(hours=hours), "watts_per_thread": 4.0, "evidence": evidence}
        meter.file_known("read", purpose="ingest", **known)
    return warehouse


def test_night_and_month_stand_each_in_their_unit(spent):
    night, month = standings(spent.con, (NIGHT, MONTH), NOW)

    assert (night.used, night.left, night.unknown_count) == (10.0, 90.0, 1)
    assert month.used == pytest.approx(100.0 * 4 * 0.8 / 3600)
    assert str(night) == (
        "night budget: 10 CPU-s of 100 CPU-s used since 2026-11-19 12:00 UTC, 90 CPU-s left; 1 attempt not known"
    )


def test_nothing_is_left_below_zero(spent):
    (night,) = standings(spent.con, (Allowance(period="night", limit=4.0, unit="cpu_s"),), NOW)

    assert night.left == 0.0


def test_without_a_budget_there_is_nothing_to_stand(spent):
    assert standings(spent.con, (), NOW) == ()


def test_a_refused_job_is_one_line():
    entry = {
        "started_utc": NOW,
        "step_key": "gru:t",
        "note": "refused by the night budget: dear",
        "overridden_by": None,
    }

    assert refused_line(entry) == "2026-11-20 gru:t: refused by the night budget: dear"
    assert refused_line(entry | {"overridden_by": "kim"}).endswith("budget: dear; by kim")
