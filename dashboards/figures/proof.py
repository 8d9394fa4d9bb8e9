"""What the bench found: recall by fault and severity, errors before and after, coverage, and the tools beside ours."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.figures.plotted import ACCENT, BAND, INK, MUTED, quiet_layout

SEVERITIES = (1, 2, 3)
ROW_PX = 22
"""Height of one row of a figure."""
CONDITION_MARKS = (("circle", -0.24), ("diamond", 0.0), ("square", 0.24))
"""Shape of each condition in turn, and how far from the middle of its row it lies."""
LOWEST_PERCENT = 0.05
"""Least error (%) that has a place of its own on a logarithmic axis."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A figure with the ends of its 95 % interval; the ends are null where there is none."""

    value: float
    low: float | None
    high: float | None
    told: str
    """The same in words."""


@dataclass(frozen=True, kw_only=True)
class RecallRow:
    """One fault: recall at each severity, in generated subjects and in real files; null where it was not put in."""

    name: str
    generated: tuple[Spread | None, ...]
    real: tuple[Spread | None, ...]


@dataclass(frozen=True, kw_only=True)
class ErrorRow:
    """One fault: error (%) before and after; null after where every value is withheld."""

    name: str
    before: Spread
    after: Spread | None


@dataclass(frozen=True, kw_only=True)
class CoverageRow:
    """One stratum: share (%) of errors within the expected error."""

    name: str
    share: Spread
    is_large: bool
    """Are there enough subjects for the target to hold?"""


@dataclass(frozen=True, kw_only=True)
class ToolRow:
    """One tool: error (%) at each condition."""

    name: str
    is_ours: bool
    errors: tuple[Spread | None, ...]


def recall_map(rows: Sequence[RecallRow]) -> go.Figure:
    """A cell per fault and severity, the darker the more is missed; generated subjects left, real files right."""
    columns = len(SEVERITIES)
    cells = [[*row.generated, None, *row.real] for row in rows]
    figure = go.Figure(
        go.Heatmap(
            x=list(range(2 * columns + 1)),
            y=[row.name for row in rows],
            z=[[None if one is None else one.value for one in line] for line in cells],
            text=[["" if one is None else _short(one.value) for one in line] for line in cells],
            customdata=[["" if one is None else one.told for one in line] for line in cells],
            texttemplate="%{text}",
            textfont={"size": 11},
            hovertemplate="%{y}: %{customdata}<extra></extra>",
            hoverongaps=False,
            zmin=0,
            zmax=1,
            colorscale=[[0, ACCENT], [0.5, "#6f93b3"], [0.9, "#d3dfe9"], [1, "#f2f5f8"]],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    quiet_layout(figure, height=70 + ROW_PX * max(1, len(rows)))
    places = [*range(columns), *range(columns + 1, 2 * columns + 1)]
    figure.update_xaxes(
        side="top", tickvals=places, ticktext=[str(severity) for severity in SEVERITIES] * 2, showline=False
    )
    for middle, title in ((1, "generated"), (columns + 2, "real files")):
        figure.add_annotation(
            x=middle, y=1, yref="paper", yanchor="bottom", yshift=20, text=title, showarrow=False, font={"color": INK}
        )
    figure.update_yaxes(autorange="reversed", showgrid=False, automargin=True, tickfont={"size": 11})
    figure.update_layout(margin={"l": 8, "r": 4, "t": 56, "b": 4})
    return figure


def errors_before_and_after(rows: Sequence[ErrorRow], *, title: str) -> go.Figure:
    """Open: as the file says; full: after judging. A line joins the two; no full point: every value is withheld."""
    names = [row.name for row in rows]
    joined: list[tuple[float | None, str | None]] = []
    for row in rows:
        if row.after is not None:
            joined += [(_shown(row.before.value), row.name), (_shown(row.after.value), row.name), (None, None)]
    figure = go.Figure(
        go.Scatter(
            x=[at for at, _ in joined],
            y=[name for _, name in joined],
            mode="lines",
            line={"color": "#b8bec6", "width": 1.5},
            hoverinfo="skip",
        )
    )
    for told, points, filled in (
        ("before", [row.before for row in rows], False),
        ("after", [row.after for row in rows], True),
    ):
        kept = [(name, one) for name, one in zip(names, points, strict=True) if one is not None]
        figure.add_trace(dots([name for name, _ in kept], [one for _, one in kept], told=told, filled=filled))
    quiet_layout(figure, height=84 + ROW_PX * max(1, len(rows)))
    _percent_axis(figure, title)
    figure.update_yaxes(
        categoryorder="array", categoryarray=names[::-1], automargin=True, tickfont={"size": 11}, gridcolor="#eceff2"
    )
    figure.update_layout(margin={"l": 8, "r": 12, "t": 8, "b": 48})
    return figure


def coverage_by_stratum(rows: Sequence[CoverageRow], *, band: tuple[float, float]) -> go.Figure:
    """Share within the expected error, stratum by stratum, over the band that is wanted; open where there are few."""
    figure = go.Figure()
    figure.add_vrect(x0=band[0], x1=band[1], fillcolor=BAND, line_width=0, layer="below")
    for is_large in (True, False):
        own = [row for row in rows if row.is_large is is_large]
        told = "enough subjects" if is_large else "few subjects"
        figure.add_trace(dots([row.name for row in own], [row.share for row in own], told=told, filled=is_large))
    quiet_layout(figure, height=84 + ROW_PX * max(1, len(rows)))
    figure.update_xaxes(title="within (%)", range=[-2, 105], tickvals=[0, 20, 40, 60, 80, 100])
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[row.name for row in rows][::-1],
        automargin=True,
        tickfont={"size": 11},
    )
    figure.update_layout(margin={"l": 8, "r": 12, "t": 8, "b": 48})
    return figure


def errors_by_tool(rows: Sequence[ToolRow], *, title: str) -> go.Figure:
    """Median error of each tool at each condition; ours is full."""
    count = max((len(row.errors) for row in rows), default=0)
    figure = go.Figure()
    for place, (symbol, shift) in enumerate(CONDITION_MARKS[:count]):
        for is_ours in (True, False):
            kept = [
                (number + shift, row.name, error)
                for number, row in enumerate(rows)
                if row.is_ours is is_ours and (error := row.errors[place]) is not None
            ]
            own = dots([at for at, _, _ in kept], [one for _, _, one in kept], told="", filled=is_ours)
            own.marker.symbol = symbol
            own.hovertemplate = [f"{name}: {one.told}<extra></extra>" for _, name, one in kept]
            figure.add_trace(own)
    quiet_layout(figure, height=84 + 44 * max(1, len(rows)))
    _percent_axis(figure, title)
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[row.name for row in rows],
        range=[len(rows) - 0.4, -0.6],
        automargin=True,
        tickfont={"size": 12},
    )
    figure.update_layout(margin={"l": 8, "r": 12, "t": 8, "b": 48})
    return figure


def dots(
    places: Sequence[str] | Sequence[float],
    points: Sequence[Spread],
    *,
    told: str,
    filled: bool,
    least: float = LOWEST_PERCENT,
) -> go.Scatter:
    """Points with their intervals, none of them drawn below `least`."""
    shown = [max(one.value, least) for one in points]
    return go.Scatter(
        x=shown,
        y=list(places),
        mode="markers",
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, (one.high or at) - at) for one, at in zip(points, shown, strict=True)],
            "arrayminus": [
                max(0.0, at - (at if one.low is None else max(one.low, least)))
                for one, at in zip(points, shown, strict=True)
            ],
            "color": MUTED,
            "thickness": 1.2,
            "width": 2,
        },
        marker={"size": 8, "color": ACCENT if filled else "#ffffff", "line": {"color": INK, "width": 1.2}},
        hovertemplate=[f"%{{y}}, {told}: {one.told}<extra></extra>" for one in points],
    )


def _percent_axis(figure: go.Figure, title: str) -> None:
    """A logarithmic axis of per cent."""
    ticks = (0.1, 1, 10, 100)
    figure.update_xaxes(title=title, type="log", tickvals=list(ticks), ticktext=[f"{tick:g}" for tick in ticks])


def _shown(percent: float) -> float:
    return max(percent, LOWEST_PERCENT)


def _short(share: float) -> str:
    return "1" if share >= 0.995 else f"{share:.2f}".lstrip("0") if share >= 0.005 else "0"  # noqa: PLR2004 - two digits
