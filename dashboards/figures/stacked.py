"""Lanes one above the other on one time axis, as the plain values that Plotly's script draws.

Plotly's own objects check every value once more, which took most of the time of a page; the blank figure is one of
them, made once for each set of lanes, and what is drawn into it are plain values.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from plotly.subplots import make_subplots

from dashboards.figures.plotted import INK, quiet_layout

LANE_PX = 170
"""Height of a lane of share 1 (px)."""
SPACE_PX = 44
"""Room between lanes (px), for the title of the lower one."""


@dataclass
class Stacked:
    """A figure under way: lanes are numbered from 1, the uppermost."""

    lane_count: int
    layout: dict[str, Any]
    data: list[dict[str, Any]] = field(default_factory=list)

    def draw(self, lane: int, **trace: Any) -> None:  # noqa: ANN401 - names and values of a Plotly trace
        """Adds points or lines to a lane."""
        self.data.append({"type": "scatter", **trace, "xaxis": f"x{_number(lane)}", "yaxis": f"y{_number(lane)}"})

    def scale(self, lane: int, **axis: Any) -> None:  # noqa: ANN401 - names and values of a Plotly axis
        """Changes the upright axis of a lane."""
        self.layout[f"yaxis{_number(lane)}"].update(axis)

    def span(self, ends: Sequence[str]) -> None:
        """Sets both ends of the time axis."""
        for lane in range(1, self.lane_count + 1):
            self.layout[f"xaxis{_number(lane)}"]["range"] = list(ends)

    def mark(self, at: str, line: dict[str, Any]) -> None:
        """Draws an upright line through every lane."""
        for lane in range(1, self.lane_count + 1):
            over = {"xref": f"x{_number(lane)}", "yref": f"y{_number(lane)} domain", "y0": 0, "y1": 1}
            self.layout.setdefault("shapes", []).append({"type": "line", "x0": at, "x1": at, "line": line, **over})

    def shade(self, lane: int, first: str, last: str, look: dict[str, Any]) -> None:
        """Shades or frames the time from `first` to `last` in one lane, below its points."""
        over = {"xref": f"x{_number(lane)}", "yref": f"y{_number(lane)} domain", "y0": 0, "y1": 1, "layer": "below"}
        self.layout.setdefault("shapes", []).append({"type": "rect", "x0": first, "x1": last, **look, **over})

    def whole(self) -> dict[str, Any]:
        """The figure as Plotly's script takes it."""
        return {"data": self.data, "layout": self.layout}


def stacked(titles: Sequence[str], shares: Sequence[float]) -> Stacked:
    """Blank lanes from top to bottom, with their titles and shares of the height."""
    return Stacked(lane_count=len(titles), layout=copy.deepcopy(_blank(tuple(titles), tuple(shares))))


def _number(lane: int) -> str:
    return "" if lane == 1 else str(lane)


@cache
def _blank(titles: tuple[str, ...], shares: tuple[float, ...]) -> dict[str, Any]:
    count, height = len(titles), sum(shares) * LANE_PX
    figure = make_subplots(
        rows=count,
        cols=1,
        shared_xaxes=True,
        vertical_spacing=SPACE_PX / (height + SPACE_PX * count) if count > 1 else 0.0,
        row_heights=list(shares),
        subplot_titles=titles,
    )
    quiet_layout(figure, height=round(height + SPACE_PX * count))
    figure.update_xaxes(type="date", tickformat="%-d %b", nticks=6, showticklabels=True, tickfont={"size": 11})
    figure.update_yaxes(nticks=6, tickfont={"size": 11})
    figure.update_annotations(font={"size": 13, "color": INK}, x=0, xanchor="left")
    figure.update_layout(margin={"t": 24})
    layout: dict[str, Any] = figure.to_dict()["layout"]
    return layout
