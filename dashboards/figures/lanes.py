"""Twelve weeks of one athlete on one time axis: words on top, then sessions, steady efforts, mornings and nights.

What is not trusted stands on grey ground; a changed device is a dotted line, and its comparisons are paused in a dashed
frame; a value that changed after it was published has a ring.
"""

import html
import math
import textwrap
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dashboards import amounts, words
from dashboards.figures.plotted import ACCENT, BAND, INK, MUTED
from dashboards.figures.spans import draw_ground, draw_sessions, draw_spans, has_sessions, has_spans
from dashboards.figures.stacked import Stacked, stacked
from dashboards.marts import ATHLETE_DAYS, TABLE_DAYS, AthleteMarts

LANES = (
    ("notes", "How they felt, in their own words", 0.6),
    ("spans", "Patterns, and what is missing", 0.5),
    ("moving_time", "Sessions: moving time of a day (h)", 0.7),
    ("mean_pace", "Pace (min/km), steady efforts large", 0.9),
    ("mean_heart_rate", "Heart rate (bpm), steady efforts large", 0.9),
    ("ln_rmssd", "RMSSD (ms, log axis)", 1.3),
    ("resting_heart_rate", "Resting heart rate (bpm)", 1.2),
    ("sleep_duration", "Time asleep (h)", 1.2),
)
"""Lanes from top to bottom: metric, title, share of the height."""

SERIES_INKS = (ACCENT, "#8a5a00", "#4b4b4b", "#6b3fa0")
"""One ink for each device and method of a metric, so that they are not read as one line."""
SERIES_SHAPES = (("circle", "●"), ("diamond", "◆"), ("square", "■"), ("triangle-up", "▲"))
"""Shape of each of those series in the figure and in its legend: they differ in grey print as well."""
SYMBOLS = {"ok": "{}", "doubtful": "{}-open", "unusable": "x-thin-open"}
"""Filled, open or a cross: reliable and unreliable points differ in shape, not only in colour."""
_SCALES = {"s": 3600.0, "s_per_km": 1.0, "bpm": 1.0, "ln_ms": 1.0, "m": 1000.0, "fraction": 0.01}
_SERIES = ("reading", "device_id", "method")
"""What makes a series, in an order that gives a night the same look in every lane as far as it goes."""
_HOVER = "%{text}<extra></extra>"


def lanes(marts: AthleteMarts, last: date) -> dict[str, Any] | None:
    """The figure for the twelve weeks up to `last`, without lanes that have nothing in them; None without any."""
    rows, there = marts.observed, held(marts)
    drawn = [lane for lane in LANES if lane[0] in there]
    if not drawn:
        return None
    restated, changes = set(marts.restatements["restated_id"].to_list()), marts.device_changes.to_dicts()
    steady = steady_efforts(rows)
    figure = stacked([title for _, title, _ in drawn], [share for *_, share in drawn])
    for lane, (metric, *_) in enumerate(drawn, start=1):
        if metric == "notes":
            _draw_words(figure, marts)
        elif metric == "spans":
            draw_spans(figure, lane, marts, _hover)
        elif metric == "moving_time":
            draw_sessions(figure, lane, marts, _hover)
        else:
            of_metric = [row for row in rows if row["metric"] == metric]
            draw_ground(figure, lane, of_metric, [row for row in changes if row["metric"] == metric])
            _draw_metric(figure, lane, of_metric, steady=steady, restated=restated)
    for change in sorted({row["change_date"] for row in changes}):
        if last - timedelta(days=ATHLETE_DAYS) < change <= last:
            figure.mark(change.isoformat(), {"color": MUTED, "width": 1, "dash": "dot"})
    figure.span([f"{_first_day(marts, last) - timedelta(days=1)} 12:00", f"{last} 18:00"])
    _own_axes(figure, [metric for metric, *_ in drawn], rows)
    return figure.whole()


def _first_day(marts: AthleteMarts, last: date) -> date:
    """Start of the axis: twelve weeks back, or the first date there is when that is later; six weeks at least."""
    dated = [marts.observations["observed_date"], marts.notes["note_date"], marts.wellness["about_date"]]
    dated += [marts.gaps["start_date"], marts.patterns["start_date"], marts.plans["plan_date"]]
    days: list[date] = [day for column in dated for day in column.to_list()]
    return min(max(min(days), last - timedelta(days=ATHLETE_DAYS - 1)), last - timedelta(days=TABLE_DAYS - 1))


def held(marts: AthleteMarts) -> set[str]:
    """Names of the lanes that have anything in them."""
    has_words = marts.notes.height or marts.wellness.height or marts.questions.height or marts.experiment_days.height
    return (
        {row["metric"] for row in marts.observed}
        | ({"notes"} if has_words else set())
        | ({"spans"} if has_spans(marts) else set())
        | ({"moving_time"} if has_sessions(marts) else set())
    )


def missing_lanes(marts: AthleteMarts) -> list[str]:
    """Names of the lanes that are left out for want of values, in words."""
    there = {*held(marts), "spans"}
    return [words.metric(name) for name, *_ in LANES if name not in there]


def steady_efforts(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Activities with a steady block long enough for pace and heart rate to be held against each other."""
    return {
        row["subject_id"]
        for row in rows
        if row["metric"] == "decoupling" and row["observed_value"] is not None and row["verdict"] == "usable"
    }


def _own_axes(figure: Stacked, drawn: list[str], rows: list[dict[str, Any]]) -> None:
    if "notes" in drawn:
        figure.scale(drawn.index("notes") + 1, visible=False, range=[-1, 1])
    if "ln_rmssd" in drawn:
        figure.scale(drawn.index("ln_rmssd") + 1, tickvals=_MS_TICKS_LN, ticktext=_MS_TEXTS)
    if "mean_pace" in drawn:
        _pace_axis(figure, drawn.index("mean_pace") + 1, rows)


def _pace_axis(figure: Stacked, lane: int, rows: list[dict[str, Any]]) -> None:
    """Faster is higher, and ticks read as minutes and seconds."""
    low, high = _ends([row for row in rows if row["metric"] == "mean_pace"], 1.0)
    step = next((step for step in _PACE_STEPS_S if (high - low) / step <= _PACE_TICKS), _PACE_STEPS_S[-1])
    ticks = [step * number for number in range(int(low // step), int(high // step) + 2)]
    texts = [amounts.number(tick, "s_per_km") for tick in ticks]
    figure.scale(lane, tickvals=ticks, ticktext=texts)


_PAD = 0.06
"""Room above and below the points of a lane (fraction of its height)."""
_PACE_STEPS_S = (15, 30, 60, 120, 300)
_PACE_TICKS = 4
_MS_TEXTS = [str(ms) for ms in (5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150, 200, 300)]
_MS_TICKS_LN = [round(math.log(int(text)), 4) for text in _MS_TEXTS]
"""RMSSD is drawn by its logarithm, in which its usual range is even, and read in ms."""


def _draw_words(figure: Stacked, marts: AthleteMarts) -> None:
    notes = [(row["note_date"], f"{row['author']}, {row['kind']}: {row['note']}") for row in marts.notes.to_dicts()]
    answers = [(row["about_date"], answer(row)) for row in marts.wellness.to_dicts()]
    asked = [(row["start_date"], _question(row)) for row in marts.questions.to_dicts()]
    tried = [
        (row["day_date"], f"tried on purpose: {row['condition']}, {words.plain(row['state'])}")
        for row in marts.experiment_days.to_dicts()
        if row["condition"] in _CONDITIONS
    ]
    kinds = (
        (notes, "square", 0.75), (answers, "diamond-open", 0.25), (asked, "triangle-down-open", -0.25),
        (tried, "line-ns-open", -0.75),
    )  # fmt: skip
    for said, symbol, level in kinds:
        by_day: dict[date, list[str]] = {}
        for on, text in said:
            by_day.setdefault(on, []).append(text)
        if not by_day:
            continue
        figure.draw(
            1,
            x=[on.isoformat() for on in by_day],
            y=[level] * len(by_day),
            mode="markers",
            marker={"symbol": symbol, "size": 8, "color": INK},
            text=[_hover([amounts.day(on), *texts]) for on, texts in by_day.items()],
            hovertemplate=_HOVER,
        )


_CONDITIONS = ("A", "B")


def _question(row: dict[str, Any]) -> str:
    said = f"answer: {words.plain(row['answer'])}" if row["state"] == "answered" else row["state"]
    return f"question: {row['words']} ({said})"


def answer(row: dict[str, Any]) -> str:
    """One answer with its scale, such as "session rpe, rpe: 6 of 0 to 10"; a scale not known is not guessed."""
    return f"{words.plain(row['instrument'])}, {words.plain(row['item'])}: {row['answer_value']:g} {scale_of(row)}"


def scale_of(row: dict[str, Any]) -> str:
    """The scale of an answer, such as "of 0 to 10"."""
    if row["scale_min"] is None or row["scale_max"] is None:
        return "scale not known"
    return f"of {row['scale_min']:g} to {row['scale_max']:g}"


def _draw_metric(
    figure: Stacked, lane: int, rows: list[dict[str, Any]], *, steady: set[str], restated: set[str]
) -> None:
    scale = _SCALES[rows[0]["unit"]]
    series: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (row["observed_date"], row["observation_id"])):
        series.setdefault(tuple(row[name] for name in _SERIES), []).append(row)
    low, high = _ends(rows, scale)
    is_downwards = rows[0]["metric"] == "mean_pace"
    foot = high if is_downwards else low
    pad = _PAD * ((high - low) or abs(high) or 1.0)
    figure.scale(lane, range=[high + pad, low - pad] if is_downwards else [low - pad, high + pad])
    for number, key in enumerate(sorted(series)):
        _draw_range(figure, lane, series[key], scale)
        ink, (shape, _) = _look(number)
        for grade, symbol in SYMBOLS.items():
            points = [row for row in series[key] if row["grade"] == grade]
            if points:
                drawn = _points(points, scale, (low, foot, high), symbol=symbol.format(shape), ink=ink)
                drawn["marker"]["size"] = _sizes(points, steady)
                figure.draw(lane, **drawn)
    changed = [row for row in rows if row["observation_id"] in restated]
    if changed:
        ring = _points(changed, scale, (low, foot, high), symbol="circle-open", ink=MUTED)
        ring["marker"] |= {"size": RING_PX, "line": {"width": 1, "color": MUTED}}
        ring["error_y"] = {"visible": False}
        figure.draw(lane, **ring)


def _sizes(points: Sequence[dict[str, Any]], steady: set[str]) -> int | list[int]:
    """Efforts that are not steady stand small: pace and heart rate of intervals are not held against each other."""
    if points[0]["metric"] not in _OF_EFFORTS:
        return POINT_PX
    return [POINT_PX if row["subject_id"] in steady else SMALL_PX for row in points]


_OF_EFFORTS = ("mean_pace", "mean_heart_rate")
POINT_PX, SMALL_PX, RING_PX = 7, 4, 14


def _look(number: int) -> tuple[str, tuple[str, str]]:
    return SERIES_INKS[number % len(SERIES_INKS)], SERIES_SHAPES[number % len(SERIES_SHAPES)]


def legend(marts: AthleteMarts) -> list[dict[str, Any]]:
    """The series of every lane that has more than one: title, and ink, sign and a row of each."""
    found = []
    for metric, title, _ in LANES:
        named = {tuple(row[name] for name in _SERIES): row for row in marts.observed if row["metric"] == metric}
        looks = [(*_look(number), named[key]) for number, key in enumerate(sorted(named))]
        series = [{"ink": ink, "sign": sign, "row": row} for ink, (_, sign), row in looks]
        if len(series) > 1:
            found.append({"title": title, "series": series})
    return found


def _named(row: dict[str, Any]) -> str:
    return f"{words.how(row['method'], row['reading'])}, from {words.device(row['device_name'])}"


def _ends(rows: Sequence[dict[str, Any]], scale: float) -> tuple[float, float]:
    """Lowest and highest end of a lane: what is unusable does not press the others together."""
    ends: list[float] = []
    for row in [one for one in rows if one["grade"] != "unusable"] or rows:
        if row["observed_value"] is not None:
            error = row["expected_error"] or 0.0
            ends += [row["observed_value"] - error, row["observed_value"] + error]
        ends += [row[name] for name in ("baseline_lower_limit", "baseline_upper_limit") if row[name] is not None]
    return (round(min(ends) / scale, 4), round(max(ends) / scale, 4)) if ends else (0.0, 0.0)


def _points(
    points: Sequence[dict[str, Any]], scale: float, ends: tuple[float, float, float], *, symbol: str, ink: str
) -> dict[str, Any]:
    """Values with their expected error as bars; a withheld value stands at the foot of the lane.

    `ends` are the low end, the foot and the high end: a value beyond the ends stands at the nearer one, bare.
    """
    low, foot, high = ends
    values = [None if row["observed_value"] is None else round(row["observed_value"] / scale, 4) for row in points]
    has_value = [value is not None and low <= value <= high for value in values]
    return {
        "x": [row["observed_date"].isoformat() for row in points],
        "y": [foot if value is None else min(max(value, low), high) for value in values],
        "error_y": {
            "type": "data",
            "array": [
                round((row["expected_error"] or 0.0) / scale, 4) if there else 0.0
                for row, there in zip(points, has_value, strict=True)
            ],
            "color": "#b8bec6",
            "thickness": 1,
            "width": 0,
        },
        "mode": "markers",
        "marker": {"symbol": symbol, "size": 7, "color": ink, "line": {"width": 1.6, "color": ink}},
        "text": [_hover(told(row)) for row in points],
        "customdata": [f"o-{row['observation_id']}" for row in points],
        "hovertemplate": _HOVER,
    }


def told(row: dict[str, Any]) -> list[str]:
    """What a tap on a point says: value and error, grade, usual range, reasons, remedy, device."""
    lines = [
        f"{amounts.day(row['observed_date'])} · {words.metric(row['metric'])}",
        amounts.with_error(row["observed_value"], row["expected_error"], row["unit"])
        if row["observed_value"] is not None
        else words.withheld(row),
        f"{row['grade']}, {words.VERDICTS[row['verdict']]} for {words.purpose(row['purpose'])}",
    ]
    if row["baseline_lower_limit"] is not None:
        usual = amounts.span(row["baseline_lower_limit"], row["baseline_upper_limit"], row["unit"])
        lines.append(f"usual range {usual} ({words.count(row['baseline_day_count'], 'day')})")
    if row["reasons"]:
        lines.append("reason: " + ", ".join(words.reason(reason["check_name"]) for reason in row["reasons"][:3]))
    if row["remedy"]:
        lines.append(row["remedy"])
    lines.append(_named(row))
    return lines


def _draw_range(figure: Stacked, lane: int, rows: list[dict[str, Any]], scale: float) -> None:
    """The usual range as a band, broken where device, firmware or method change."""
    pieces: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        if row["baseline_lower_limit"] is not None:
            pieces.setdefault(row["segment_start_date"], []).append(row)
    for piece in pieces.values():
        days = [row["observed_date"].isoformat() for row in piece]
        upper = [round(row["baseline_upper_limit"] / scale, 4) for row in piece]
        lower = [round(row["baseline_lower_limit"] / scale, 4) for row in piece]
        figure.draw(
            lane,
            x=days + days[::-1],
            y=upper + lower[::-1],
            fill="toself",
            mode="lines",
            line={"width": 0, "color": BAND},
            fillcolor=BAND,
            hoverinfo="skip",
        )


def _hover(lines: Sequence[str]) -> str:
    return "<br>".join(map(_wrapped, lines))


@lru_cache(maxsize=4096)  # most lines stand on many points: devices, reasons, remedies
def _wrapped(line: str) -> str:
    return "<br>".join(html.escape(part) for part in textwrap.wrap(line, 38) or [""])
