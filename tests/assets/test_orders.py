"""What a run was asked for reaches the stops."""

from types import SimpleNamespace

import dagster as dg
import pytest

from assets import stops
from assets.session import Orders, RunSession

pytestmark = pytest.mark.orchestrator


class AskedRun:
    def __init__(self, orders):
        self.orders = orders


@pytest.mark.parametrize(
    ("stop", "orders", "option", "expected"),
    [
        ("dropped_files", Orders(is_verified=True), "is_verified", True),
        ("dropped_files", Orders(), "is_verified", False),
        ("read_batches", Orders(process_count=3), "process_count", 3),
        ("read_batches", Orders(), "process_count", None),
    ],
)
def test_options_of_the_run_reach_the_stop(monkeypatch, stop, orders, option, expected):
    given = []

    def told(_context, _run, work, *, purpose):
        given.append((work.keywords[option], purpose))
        return dg.MaterializeResult()

    monkeypatch.setattr(stops, "told", told)

    getattr(stops, stop)(dg.build_asset_context(partition_key="road"), AskedRun(orders))

    assert given == [(expected, "ingest")]


@pytest.mark.parametrize("is_over_budget_ok", [True, False])
def test_models_and_whether_the_budget_may_be_passed_reach_the_estimates(is_over_budget_ok):
    orders = Orders(models=("all", "gru"), is_over_budget_ok=is_over_budget_ok, asked_by="kim")
    run = SimpleNamespace(orders=orders, meter="the meter")

    work = RunSession.bound(run, print)

    budget = {"is_over_budget_ok": is_over_budget_ok, "asked_by": "kim"}
    assert work.keywords == {"models": ("all", "gru"), "meter": "the meter", **budget}
