"""Measured shares beside each other, row by row, on one plain axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.figures.plotted import quiet_layout
from dashboards.figures.proof import CONDITION_MARKS, ROW_PX, Spread, dots

ROOM = 0.02
"""Share of an axis left beyond either of its ends, so that a point there is whole."""


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """One row: figures in turn, each with a shape of its own; null where there is none. Filled is what was measured."""

    name: str
    points: tuple[Spread | None, ...]
    filled: tuple[bool, ...]


def shares(rows: Sequence[ShareRow], *, title: str, highest: float | None) -> go.Figure:
    """A point for each figure of a row, with its interval; the axis goes from nothing to `highest`, or all there is."""
    count = max((len(row.points) for row in rows), default=0)
    figure = go.Figure()
    for place, (symbol, off) in enumerate(CONDITION_MARKS[:count]):
        for filled in (True, False):
            kept = [
                (number + off, row.name, point)
                for number, row in enumerate(rows)
                if row.filled[place] is filled and (point := row.points[place]) is not None
            ]
            if kept:
                own = dots([at for at, _, _ in kept], [one for _, _, one in kept], told="", filled=filled, least=0.0)
                own.marker.symbol = symbol
                own.hovertemplate = [f"{name}: {one.told}<extra></extra>" for _, name, one in kept]
                figure.add_trace(own)
    quiet_layout(figure, height=84 + 2 * ROW_PX * max(1, len(rows)))
    there = [one.high or one.value for row in rows for one in row.points if one is not None]
    end = max(there, default=1.0) if highest is None else highest
    figure.update_xaxes(title=title, range=[-ROOM * end, (1.0 + ROOM) * end])
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[_folded(row.name) for row in rows],
        range=[len(rows) - 0.4, -0.6],
        automargin=True,
        tickfont={"size": 12},
    )
    figure.update_layout(margin={"l": 8, "r": 12, "t": 8, "b": 48})
    return figure


def _folded(name: str) -> str:
    """A long name on a line for each of its parts, so that a narrow page leaves room for the points."""
    return name.replace(", ", ",<br>")
