"""Lanes one above the other on one time axis, as the plain values that Plotly's script draws.

Plotly's own objects check every value once more, which took most of the time of a page: there are none here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.figures.plotted import FONT, INK, MUTED

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
    return Stacked(lane_count=len(titles), layout=_blank(titles, shares))


def _number(lane: int) -> str:
    return "" if lane == 1 else str(lane)


def _blank(titles: Sequence[str], shares: Sequence[float]) -> dict[str, Any]:
    """System fonts, no boxes, no dragging: a swipe over the figure scrolls the page."""
    count, height = len(titles), sum(shares) * LANE_PX
    domains = _domains(shares, SPACE_PX / (height + SPACE_PX * count) if count > 1 else 0.0)
    axes = {}
    for lane, domain in enumerate(domains, start=1):
        axes[f"xaxis{_number(lane)}"] = _time_axis(lane, count)
        axes[f"yaxis{_number(lane)}"] = _upright_axis(lane, domain)
    font = {"size": 13, "color": INK}
    return {
        "template": {},
        **axes,
        "annotations": [_title(text, domain) for text, domain in zip(titles, domains, strict=True)],
        "margin": {"l": 46, "r": 8, "t": 24, "b": 32},
        "font": {"family": FONT, **font},
        "hoverlabel": {"font": font, "align": "left", "bgcolor": "#ffffff", "bordercolor": MUTED},
        "height": round(height + SPACE_PX * count),
        "dragmode": False,
        "hovermode": "closest",
        "showlegend": False,
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
    }


def _domains(shares: Sequence[float], space: float) -> list[list[float]]:
    """Foot and head of each lane as fractions of the height, the uppermost first; `space` is between two of them."""
    room, whole = 1.0 - space * (len(shares) - 1), float(sum(shares))
    heights = [room * (share / whole) for share in reversed(shares)]
    feet = [sum(heights[:number]) + number * space for number in range(len(heights))]
    return [[foot, min(1.0, foot + height)] for foot, height in zip(feet, heights, strict=True)][::-1]


def _time_axis(lane: int, count: int) -> dict[str, Any]:
    """Dates below each lane; all follow the lowest."""
    followed = {} if lane == count else {"matches": f"x{_number(count)}", "showticklabels": True}
    return {
        "anchor": f"y{_number(lane)}",
        "domain": [0.0, 1.0],
        **followed,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": "#b8bec6",
        "fixedrange": True,
        "tickfont": {"size": 11},
        "type": "date",
        "tickformat": "%-d %b",
        "nticks": 6,
    } | {"showticklabels": True}


def _upright_axis(lane: int, domain: list[float]) -> dict[str, Any]:
    return {
        "anchor": f"x{_number(lane)}",
        "domain": domain,
        "gridcolor": "#eceff2",
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 11},
        "nticks": 6,
    }


def _title(text: str, domain: list[float]) -> dict[str, Any]:
    return {
        "font": {"size": 13, "color": INK},
        "showarrow": False,
        "text": text,
        "x": 0,
        "xanchor": "left",
        "xref": "paper",
        "y": domain[1],
        "yanchor": "bottom",
        "yref": "paper",
    }
