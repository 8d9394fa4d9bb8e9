"""What lasts, on the time axis: patterns, gaps, sessions beside the plan, and the ground below the points."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from dashboards import amounts, words
from dashboards.concerns import QUIET_CAUSES
from dashboards.figures.plotted import ACCENT, INK, MUTED
from dashboards.figures.stacked import Stacked
from dashboards.marts import AthleteMarts

LEVELS = {"gaps": 0, "◆ ★": 1}
"""Height of each kind in the lane, with the words of its axis."""
NOT_TRUSTED, PAUSED = "#e4e7eb", "#8a929c"
_HOURS_S = 3600.0


def has_spans(marts: AthleteMarts) -> bool:
    """Whether there is anything to draw."""
    return bool(marts.patterns.height or _gaps(marts))


def has_sessions(marts: AthleteMarts) -> bool:
    """Whether there is a session, or one was planned."""
    return bool(_moving(marts) or _sessions(marts))


def draw_spans(figure: Stacked, lane: int, marts: AthleteMarts, told: Callable[[Sequence[str]], str]) -> None:
    """Draws them into a lane; `told` makes lines of text what a tap says."""
    for row in marts.patterns.to_dicts():
        ink, symbol = (ACCENT, "star") if row["is_good_news"] else (INK, "diamond")
        text, address = told(_of_pattern(row)), f"p-{row['pattern_id']}"
        _bar(figure, lane, row, level=LEVELS["◆ ★"], ink=ink, symbol=symbol, text=text, address=address)
    for row in _gaps(marts):
        _bar(figure, lane, row, level=LEVELS["gaps"], ink=MUTED, symbol="square-open", text=told(_of_gap(row)))
    figure.scale(lane, tickvals=list(LEVELS.values()), ticktext=list(LEVELS), range=[-0.6, 1.6], showgrid=False)


def draw_sessions(figure: Stacked, lane: int, marts: AthleteMarts, told: Callable[[Sequence[str]], str]) -> None:
    """Moving time of each day as a bar, hollow where it is not usable, with a tick where the plan has a session."""
    rows = _moving(marts)
    for is_usable in (True, False):
        of_kind = [row for row in rows if (row["verdict"] == "usable") is is_usable]
        if of_kind:
            figure.draw(
                lane,
                type="bar",
                x=[row["observed_date"].isoformat() for row in of_kind],
                y=[round(row["observed_value"] / _HOURS_S, 3) for row in of_kind],
                marker={"color": ACCENT if is_usable else "#ffffff", "line": {"width": 1, "color": ACCENT}},
                text=[told(_of_session(row)) for row in of_kind],
                textposition="none",
                customdata=[f"o-{row['observation_id']}" for row in of_kind],
                hovertemplate="%{text}<extra></extra>",
            )
    planned = _sessions(marts)
    if planned:
        figure.draw(
            lane,
            x=[row["plan_date"].isoformat() for row in planned],
            y=[round((row["planned_duration_s"] or 0.0) / _HOURS_S, 3) for row in planned],
            mode="markers",
            marker={"symbol": "line-ew-open", "size": 9, "color": INK, "line": {"width": 2}},
            text=[told(_of_plan(row)) for row in planned],
            hovertemplate="%{text}<extra></extra>",
        )
    figure.layout["barmode"] = "stack"
    figure.scale(lane, rangemode="tozero", nticks=4)


def draw_ground(figure: Stacked, lane: int, rows: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]]) -> None:
    """Grey below the days whose values are not usable; a dashed frame while comparisons are paused after a change."""
    spoiled = sorted({row["observed_date"] for row in rows if row["verdict"] != "usable"})
    sound = {row["observed_date"] for row in rows if row["verdict"] == "usable"}
    for first, last in _runs([on for on in spoiled if on not in sound]):
        figure.shade(lane, _noon(first, -1), _noon(last, 1), {"fillcolor": NOT_TRUSTED, "line": {"width": 0}})
    for change in changes:
        until = _resumed(rows, change["change_date"])
        if until is not None:
            frame = {"line": {"color": PAUSED, "width": 1, "dash": "dash"}, "fillcolor": "rgba(0,0,0,0)"}
            figure.shade(lane, _noon(change["change_date"], -1), _noon(until, 1), frame)


def _resumed(rows: Sequence[dict[str, Any]], since: date) -> date | None:
    """Last date without a usual range after a change: until then nothing is compared; None when there is no value."""
    after = sorted((row["observed_date"], row["baseline_lower_limit"] is not None) for row in rows)
    of_era = [(on, is_compared) for on, is_compared in after if on >= since]
    if not of_era:
        return None
    resumed: date | None = next((on for on, is_compared in of_era if is_compared), None)
    last: date = of_era[-1][0]
    return last if resumed is None else resumed - timedelta(days=1)


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in a row as one span each."""
    spans: list[tuple[date, date]] = []
    for on in days:
        if spans and (on - spans[-1][1]).days == 1:
            spans[-1] = (spans[-1][0], on)
        else:
            spans.append((on, on))
    return spans


def _noon(on: date, way: int) -> str:
    """Half a day before or after a date, so that a span covers its days whole."""
    return f"{on - timedelta(days=1)} 12:00" if way < 0 else f"{on} 12:00"


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
    same = ("start_date", "end_date", "cause", "evidence")
    signals: dict[tuple[Any, ...], set[str]] = {}
    for row in marts.gaps.to_dicts():
        if row["cause"] not in QUIET_CAUSES:
            signals.setdefault(tuple(row[name] for name in same), set()).add(row["signal"])
    return [{**dict(zip(same, key, strict=True)), "signal": sorted(signals[key])} for key in sorted(signals)]


def _moving(marts: AthleteMarts) -> list[dict[str, Any]]:
    timed = [row for row in marts.observed if row["metric"] == "moving_time" and row["observed_value"] is not None]
    return sorted(timed, key=lambda row: (row["observed_date"], row["observation_id"]))


def _sessions(marts: AthleteMarts) -> list[dict[str, Any]]:
    return [row for row in marts.plans.to_dicts() if not row["is_rest_day"]]


def _dates(row: dict[str, Any]) -> str:
    first, last = amounts.day(row["start_date"]), amounts.day(row["end_date"])
    return first if first == last else f"{first} to {last}"


def _of_pattern(row: dict[str, Any]) -> list[str]:
    parts = [f"{words.component(part['component'])}: {part['detail']}" for part in row["components"]]
    return [f"{_dates(row)} · {words.pattern(row['pattern'])}", *parts, *row["doubts"], *row["remarks"]]


def _of_gap(row: dict[str, Any]) -> list[str]:
    signals = ", ".join(words.GAP_SIGNALS[name] for name in row["signal"])
    return [f"{_dates(row)} · no {signals}", words.GAP_CAUSES[row["cause"]], row["evidence"]]


def _of_session(row: dict[str, Any]) -> list[str]:
    sport = words.plain(row["sport"] or "session")
    length = amounts.with_error(row["observed_value"], row["expected_error"], row["unit"])
    return [
        f"{amounts.day(row['observed_date'])} · {sport}",
        length,
        f"{row['grade']}, {words.VERDICTS[row['verdict']]}",
    ]


def _of_plan(row: dict[str, Any]) -> list[str]:
    length = [amounts.number(row["planned_duration_s"], "s")] if row["planned_duration_s"] else []
    return [f"{amounts.day(row['plan_date'])} · planned", ", ".join([*length, row["description"]])]
