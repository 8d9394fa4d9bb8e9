"""How many times dearer a rung is, from rows whose CPU time is known."""

from datetime import UTC, datetime

import pytest

from pipelines.costs import ledger


@pytest.fixture
def ratios(warehouse):
    def fill(**seconds: tuple[float, ...] | dict) -> list[dict]:
        for rung, spent in seconds.items():
            columns = spent if isinstance(spent, dict) else {"cpu_s": spent}
            for number, cpu_s in enumerate(columns.pop("cpu_s")):
                ledger.record(warehouse.con, entry(rung, number, cpu_s, **columns))
        return warehouse.con.sql("from mart_rung_ratios order by rung, cheaper_rung").pl().to_dicts()

    return fill


def entry(rung: str, number: int, cpu_s: float, **columns: object) -> dict:
    return {
        "entry_id": f"{rung}-{number}",
        "run_id": f"run-{number}",
        "step_key": f"{rung}:next_morning",
        "partition": "Road",
        "attempt": 1,
        "purpose": "backtest",
        "rung": rung,
        "input_fingerprint": "days",
        "started_at_utc": datetime(2026, 3, 1, tzinfo=UTC),
        "status": "ok",
        "is_simulated": False,
        "wall_s": cpu_s,
        "cpu_self_s": cpu_s,
        "cpu_children_s": 0.0,
        "thread_count": 1,
        "machine_thread_count": 2,
        "evidence": "estimated_cpu_time",
        "method": "getrusage",
        "note": "",
    } | columns


def test_single_runs_have_the_stated_tenth(ratios):
    (row,) = ratios(ridge=(2.0,), gru=(52.0,))

    assert (row["rung"], row["cheaper_rung"], row["task"]) == ("gru", "ridge", "next_morning")
    assert (row["ratio"], row["ratio_lower"], row["ratio_upper"]) == pytest.approx((26.0, 23.4, 28.6))
    assert (row["interval_from"], row["interval_fraction"]) == ("stated", None)


def test_repeats_give_the_interval_they_showed_and_how_sure_it_is(ratios):
    (row,) = ratios(ridge=(2.0, 2.1, 1.9), gru=(54.0, 53.0, 55.0))

    assert row["ratio"] == pytest.approx(27.0)
    assert (row["ratio_lower"], row["ratio_upper"]) == pytest.approx((53.0 / 2.1, 55.0 / 1.9))
    assert (row["interval_from"], row["interval_fraction"]) == ("repeats", pytest.approx(0.9))


@pytest.mark.parametrize(("repeats", "interval_from"), [((2.0,), "stated"), ((2.0, 2.0), "repeats")])
def test_both_rungs_have_to_be_repeated(ratios, repeats, interval_from):
    (row,) = ratios(ridge=repeats, gru=(54.0, 53.0))

    assert row["interval_from"] == interval_from


def test_other_work_or_another_meter_is_not_compared(ratios):
    others = {
        "other_days": {"input_fingerprint": "other days"},
        "other_cpu": {"cpu_model": "another"},
        "other_threads": {"thread_count": 2},
        "other_meter": {"method": "rapl"},
        "other_squad": {"partition": "Track"},
        "other_task": {"step_key": "gru:other_task"},
        "failed": {"status": "failed"},
    }

    found = ratios(ridge=(2.0,), **{name: {"cpu_s": (52.0,), **columns} for name, columns in others.items()})

    assert found == []
