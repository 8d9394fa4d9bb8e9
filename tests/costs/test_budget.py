from datetime import UTC, datetime

import pytest

from pipelines.costs.budget import Allowance, Price, Used, began_at, decide, read_budget
from pipelines.errors import ConfigurationError

FREE = Used(cpu_s=0.0, wh=0.0)
NIGHT = Allowance(period="night", limit=100.0, unit="cpu_s")
MONTH = Allowance(period="month", limit=2.0, unit="wh")


def price(cpu_s: float | None, wh: float | None = 0.0, **other) -> Price:
    return Price(expected=Used(cpu_s=cpu_s, wh=wh), **other)


def decided(prices, *, night=90.0, month=1.0, around=FREE, allowances=(NIGHT, MONTH), **other):
    spent = {"night": Used(cpu_s=night, wh=9.9), "month": Used(cpu_s=9e9, wh=month)}
    return decide(prices, allowances=allowances, spent=spent, around=around, **other)


@pytest.mark.parametrize(("cpu_s", "refused_by"), [(9.9, None), (10.0, None), (10.1, "night")])
def test_a_job_runs_while_its_price_is_left_of_the_night(cpu_s, refused_by):
    (decision,) = decided({"ridge": price(cpu_s)}).values()

    assert (decision.is_admitted, decision.refused_by) == (refused_by is None, refused_by)


@pytest.mark.parametrize(("wh", "refused_by"), [(1.0, None), (1.01, "month")])
def test_the_month_counts_in_its_own_unit(wh, refused_by):
    (decision,) = decided({"ridge": price(1.0, wh)}).values()

    assert decision.refused_by == refused_by


def test_a_refusal_says_price_and_what_is_left():
    (decision,) = decided({"gru": price(54.2)}).values()

    assert decision.note == "refused by the night budget: expected 54.2 CPU-s, 10 CPU-s of 100 CPU-s left this night"


def test_jobs_before_it_use_up_what_is_left_and_a_cheaper_one_may_still_fit():
    found = decided({"a": price(6.0), "b": price(5.0), "c": price(4.0)})

    assert [name for name, decision in found.items() if decision.is_admitted] == ["a", "c"]


@pytest.mark.parametrize(("around", "admitted"), [(4.0, ["a", "b"]), (4.1, ["a"]), (7.1, [])])
def test_the_process_around_the_jobs_is_paid_once(around, admitted):
    found = decided({"a": price(3.0), "b": price(3.0)}, around=Used(cpu_s=around, wh=0.0))

    assert [name for name, decision in found.items() if decision.is_admitted] == admitted


def test_one_job_of_unknown_price_is_let_through_behind_those_of_known_price():
    found = decided({"gru": price(None), "ridge": price(6.0), "trees": price(None)})

    assert [name for name, decision in found.items() if decision.is_admitted] == ["gru", "ridge"]
    assert "price not known, let through once: 4 CPU-s of 100 CPU-s left this night" in found["gru"].note
    assert "another of unknown price goes first" in found["trees"].note


@pytest.mark.parametrize(("night", "is_admitted"), [(99.9, True), (100.0, False), (120.0, False)])
def test_a_job_of_unknown_price_needs_something_to_be_left(night, is_admitted):
    (decision,) = decided({"gru": price(None)}, night=night).values()

    assert decision.is_admitted is is_admitted


def test_what_failed_before_it_had_a_price_is_not_let_through_again():
    (decision,) = decided({"gru": price(None, has_failed=True)}).values()

    assert (decision.is_admitted, decision.refused_by) == (False, "night")


def test_without_a_price_of_the_process_no_job_has_one():
    (decision,) = decided({"ridge": price(1.0)}, around=Used(cpu_s=None, wh=None)).values()

    assert "price not known, let through once" in decision.note


@pytest.mark.parametrize("some", [price(54.2), price(None), price(None, has_failed=True)])
def test_over_the_budget_is_let_pass_and_said(some):
    (decision,) = decided({"gru": some}, night=200.0, is_over_budget_ok=True).values()

    assert decision.is_admitted
    assert "let pass" in decision.note


def test_without_a_budget_everything_runs_and_nothing_is_said():
    (decision,) = decided({"gru": price(None)}, allowances=()).values()

    assert (decision.is_admitted, decision.note) == (True, "")


def test_a_budget_is_read_from_its_file(tmp_path):
    path = tmp_path / "budget.toml"
    path.write_text("[night]\ncpu_s = 100\n[month]\nwh = 2.0\n")

    assert read_budget(path) == (NIGHT, MONTH)
    assert read_budget(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    "text",
    [
        "[night]\ncpu_s = -1\n",
        "[night]\njoules = 3\n",
        "[night]\ncpu_s = 1\nwh = 1\n",
        "[week]\nwh = 1\n",
        "night = 3\n",
        "[night]\nwh = '3'\n",
        "[night]\nwh = nan\n",
        "[night]\nwh = inf\n",
        "[night]\nwh = true\n",
        "[night\n",
    ],
)
def test_a_budget_that_is_none_is_an_error_and_not_no_budget(tmp_path, text):
    path = tmp_path / "budget.toml"
    path.write_text(text)

    with pytest.raises(ConfigurationError, match="reading the budget"):
        read_budget(path)


def test_nothing_may_be_spent_on_options_with_a_budget_of_zero(tmp_path):
    path = tmp_path / "budget.toml"
    path.write_text("[month]\nwh = 0\n")

    (decision,) = decided({"ridge": price(0.1, 0.001)}, month=0.0, allowances=read_budget(path)).values()

    assert decision.refused_by == "month"


@pytest.mark.parametrize(
    ("hour", "day"), [(4, 19), (11, 19), (12, 20), (23, 20)], ids=["small hours", "morning", "noon", "evening"]
)
def test_a_night_goes_from_noon_to_noon_and_a_month_from_its_first_day(hour, day):
    now = datetime(2026, 11, 20, hour, 59, tzinfo=UTC)

    assert began_at("night", now) == datetime(2026, 11, day, 12, tzinfo=UTC)
    assert began_at("month", now) == datetime(2026, 11, 1, tzinfo=UTC)
