"""The lane of what lasts: patterns, what is missing, and what was planned, as bars and marks on the time axis."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from dashboards import amounts, words
from dashboards.concerns import QUIET_CAUSES
from dashboards.figures.plotted import ACCENT, INK, MUTED
from dashboards.figures.stacked import Stacked
from dashboards.marts import AthleteMarts

LEVELS = {"plan": 0, "gaps": 1, "◆ ★": 2}
"""Height of each kind in the lane, with the words of its axis."""


def has_spans(marts: AthleteMarts) -> bool:
    """Whether there is anything to draw."""
    return bool(marts.patterns.height or _gaps(marts) or _sessions(marts))


def draw_spans(figure: Stacked, lane: int, marts: AthleteMarts, told: Callable[[Sequence[str]], str]) -> None:
    """Draws them into a lane; `told` makes lines of text what a tap says."""
    for row in marts.patterns.to_dicts():
        ink, symbol = (ACCENT, "star") if row["is_good_news"] else (INK, "diamond")
        text, address = told(_of_pattern(row)), f"p-{row['pattern_id']}"
        _bar(figure, lane, row, level=LEVELS["◆ ★"], ink=ink, symbol=symbol, text=text, address=address)
    for row in _gaps(marts):
        _bar(figure, lane, row, level=LEVELS["gaps"], ink=MUTED, symbol="square-open", text=told(_of_gap(row)))
    sessions = _sessions(marts)
    if sessions:
        figure.draw(
            lane,
            x=[row["plan_date"].isoformat() for row in sessions],
            y=[LEVELS["plan"]] * len(sessions),
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 8, "color": MUTED},
            text=[told(_of_plan(row)) for row in sessions],
            hovertemplate="%{text}<extra></extra>",
        )
    figure.scale(lane, tickvals=list(LEVELS.values()), ticktext=list(LEVELS), range=[-0.6, 2.6], showgrid=False)


def _bar(
    figure: Stacked,
    lane: int,
    row: dict[str, Any],
    *,
    level: int,
    ink: str,
    symbol: str,
    text: str,
    address: str = "",
) -> None:
    dates = list(dict.fromkeys([row["start_date"].isoformat(), row["end_date"].isoformat()]))
    figure.draw(
        lane,
        x=dates,
        y=[level] * len(dates),
        mode="lines+markers",
        line={"color": ink, "width": 4},
        marker={"symbol": symbol, "size": 8, "color": ink},
        text=[text] * len(dates),
        customdata=[address] * len(dates),
        hovertemplate="%{text}<extra></extra>",
    )


def _gaps(marts: AthleteMarts) -> list[dict[str, Any]]:
    """One bar for all signals missing on the same dates for the same cause."""
    told = marts.gaps.filter(~pl.col("cause").is_in(QUIET_CAUSES))
    joined = told.group_by("start_date", "end_date", "cause", "evidence").agg(pl.col("signal").unique().sort())
    return joined.sort("start_date", "end_date", "cause", "evidence").to_dicts()


def _sessions(marts: AthleteMarts) -> list[dict[str, Any]]:
    return marts.plans.filter(~pl.col("is_rest_day")).to_dicts()


def _dates(row: dict[str, Any]) -> str:
    first, last = amounts.day(row["start_date"]), amounts.day(row["end_date"])
    return first if first == last else f"{first} to {last}"


def _of_pattern(row: dict[str, Any]) -> list[str]:
    parts = [f"{words.component(part['component'])}: {part['detail']}" for part in row["components"]]
    return [f"{_dates(row)} · {words.pattern(row['pattern'])}", *parts, *row["doubts"]]


def _of_gap(row: dict[str, Any]) -> list[str]:
    signals = ", ".join(words.GAP_SIGNALS[name] for name in row["signal"])
    return [f"{_dates(row)} · no {signals}", words.GAP_CAUSES[row["cause"]], row["evidence"]]


def _of_plan(row: dict[str, Any]) -> list[str]:
    length = [amounts.number(row["planned_duration_s"], "s")] if row["planned_duration_s"] else []
    return [f"{amounts.day(row['plan_date'])} · planned", ", ".join([*length, row["description"]])]
