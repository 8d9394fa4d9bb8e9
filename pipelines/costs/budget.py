"""The budget: what a night and a month may use, and which optional jobs still fit into it.

`budget.toml` lies beside the inbox. Everything in the ledger counts against it; only model jobs are ever refused, since
they alone are optional. What does not belong here: what a job is expected to use, and the ledger.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pipelines.errors import ConfigurationError

Period = Literal["night", "month"]
Unit = Literal["cpu_s", "wh"]
PERIODS: tuple[Period, ...] = ("night", "month")
UNITS: tuple[Unit, ...] = ("cpu_s", "wh")
NAMES: dict[Unit, str] = {"cpu_s": "CPU-s", "wh": "Wh"}

NIGHT_LENGTH = timedelta(hours=12)
"""A night begins at noon UTC, so that neither midnight nor a run in the small hours parts it. Our own choice."""

JOULES_PER_WH = 3_600.0


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one period may use, in its unit."""

    period: Period
    limit: float
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Used:
    """CPU time (s) and energy (Wh, middle of its interval) of something; null is not known."""

    cpu_s: float | None
    wh: float | None

    def of(self, unit: Unit) -> float | None:
        """The figure in that unit."""
        return self.cpu_s if unit == "cpu_s" else self.wh


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a job is expected to use; null is not known, and never nothing."""

    expected: Used
    has_failed: bool = False
    """True when it was let through once without a price, and did not live to have one."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether one job may run, and what is to be said about it; `refused_by` is a period, or null."""

    is_admitted: bool
    refused_by: Period | None
    note: str
    is_overridden: bool = False
    """True when it may run only because someone said that the budget does not hold."""


def read_budget(path: Path) -> tuple[Allowance, ...]:
    """The allowances of `budget.toml`, none when there is no such file.

    Raises `ConfigurationError` for anything but `[night]` and `[month]` with one of `cpu_s` and `wh` each.
    """
    if not path.is_file():
        return ()
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"it is no TOML: {error}") from error
    if strange := sorted(set(stated) - set(PERIODS)):
        raise _wrong(path, f"it has {', '.join(strange)}")
    return tuple(_allowance(path, period, stated[period]) for period in PERIODS if period in stated)


def began_at(period: Period, now: datetime) -> datetime:
    """When the period that holds `now` began: a night at noon, a month on its first day, both UTC."""
    if period == "month":
        return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon if now >= noon else noon - 2 * NIGHT_LENGTH


def decide(
    prices: Mapping[str, Price],
    *,
    allowances: tuple[Allowance, ...],
    spent: Mapping[Period, Used],
    around: Used,
    is_over_budget_ok: bool = False,
) -> dict[str, Decision]:
    """Which jobs may run, in the order given; `around` is what the process they share is expected to use.

    Jobs of known price come first, each against what those before it leave. Then at most one of unknown price is let
    through, and only while anything is left: unknown is not nothing, and behind it nobody knows what is left.
    """
    if not allowances:
        return {name: Decision(is_admitted=True, refused_by=None, note="") for name in prices}
    left = {one: one.limit - (spent[one.period].of(one.unit) or 0.0) for one in allowances}
    shared = {one: around.of(one.unit) for one in allowances}
    decisions: dict[str, Decision] = {}
    for name, price in prices.items():
        costs = _costs(price, shared)
        if costs is None:
            continue
        short = next((one for one in allowances if costs[one] > left[one]), None)
        decisions[name] = _decided(short, costs, left, is_over_budget_ok=is_over_budget_ok)
        if decisions[name].is_admitted:
            left = {one: left[one] - costs[one] for one in allowances}
            shared = dict.fromkeys(allowances, 0.0)  # the process is paid for once
    is_one_let_through = False
    for name in [name for name in prices if name not in decisions]:
        why = _against_unknown(prices[name], left, is_one_let_through=is_one_let_through)
        decisions[name] = _unknown(why, left, is_over_budget_ok=is_over_budget_ok)
        is_one_let_through = is_one_let_through or decisions[name].is_admitted
    return {name: decisions[name] for name in prices}


def _costs(price: Price, shared: Mapping[Allowance, float | None]) -> dict[Allowance, float] | None:
    """What a job and the process it has to start cost in the unit of each allowance; null when any is not known."""
    costs = {}
    for one, around in shared.items():
        own = price.expected.of(one.unit)
        if own is None or around is None:
            return None
        costs[one] = own + around
    return costs


def _decided(
    short: Allowance | None,
    costs: Mapping[Allowance, float],
    left: Mapping[Allowance, float],
    *,
    is_over_budget_ok: bool,
) -> Decision:
    if short is None:
        return Decision(is_admitted=True, refused_by=None, note="")
    said = f"expected {told(costs[short], short.unit)}, {_left_of(short, left[short])}"
    if is_over_budget_ok:
        note = f"over the {short.period} budget, let pass: {said}"
        return Decision(is_admitted=True, refused_by=None, note=note, is_overridden=True)
    return Decision(is_admitted=False, refused_by=short.period, note=f"refused by the {short.period} budget: {said}")


def _against_unknown(
    price: Price, left: Mapping[Allowance, float], *, is_one_let_through: bool
) -> tuple[Allowance, str] | None:
    """What speaks against a job of unknown price: the allowance, and why; nothing when it may run."""
    empty = next((one for one in left if not left[one] > 0), None)
    if empty is not None:
        return empty, "price not known"
    some = next(iter(left))
    if price.has_failed:
        return some, "price not known, and it failed before it had one"
    if is_one_let_through:
        return some, "price not known, and another of unknown price goes first"
    return None


def _unknown(
    why: tuple[Allowance, str] | None, left: Mapping[Allowance, float], *, is_over_budget_ok: bool
) -> Decision:
    if why is None:
        some = "; ".join(_left_of(one, rest) for one, rest in left.items())
        return Decision(is_admitted=True, refused_by=None, note=f"price not known, let through once: {some}")
    one, reason = why
    said = f"{reason}, {_left_of(one, left[one])}"
    if is_over_budget_ok:
        note = f"let pass whatever the budget: {said}"
        return Decision(is_admitted=True, refused_by=None, note=note, is_overridden=True)
    return Decision(is_admitted=False, refused_by=one.period, note=f"refused by the {one.period} budget: {said}")


def _left_of(one: Allowance, rest: float) -> str:
    return f"{told(max(0.0, rest), one.unit)} of {told(one.limit, one.unit)} left this {one.period}"


def told(figure: float, unit: Unit) -> str:
    """A figure with its unit, such as "12 CPU-s" or "0.03 Wh"."""
    return f"{figure:.3g} {NAMES[unit]}"


def _allowance(path: Path, period: Period, stated: object) -> Allowance:
    if not isinstance(stated, dict) or len(stated) != 1 or not set(stated) <= set(UNITS):
        raise _wrong(path, f"[{period}] states {stated!r}")
    ((unit, limit),) = stated.items()
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 0 or limit == float("inf"):
        raise _wrong(path, f"[{period}] {unit} is {limit!r}")
    return Allowance(period=period, limit=float(limit), unit=unit)


def _wrong(path: Path, found: str) -> ConfigurationError:
    return ConfigurationError(
        doing="reading the budget in",
        where=str(path),
        found=found,
        remedy="Give [night] and [month], or one of them, each with cpu_s or wh and a number that is not negative.",
    )
