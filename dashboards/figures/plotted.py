"""Turns a Plotly figure into a part of a page that asks nobody for anything."""

from typing import Any

import plotly.graph_objects as go
import plotly.io
from markupsafe import Markup

CONFIG = {
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "displayModeBar": False,
    "responsive": True,
}
"""No button that uploads the figure, no address of the maker, no logo."""

INK, MUTED, BAND, ACCENT = "#1d2126", "#5c6470", "#dfe5ea", "#1f4e79"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def plotted(figure: go.Figure | dict[str, Any], name: str) -> Markup:
    """The figure, or its plain values, as HTML with the id `name`; the page loads plotly.min.js once by itself."""
    return Markup(  # noqa: S704 - Plotly escapes what stands in its data
        plotly.io.to_html(  # Plotly takes keys out of the settings
            figure, include_plotlyjs=False, full_html=False, div_id=name, config=dict(CONFIG), validate=False
        )
    )


def quiet_layout(figure: go.Figure, *, height: int) -> None:
    """System fonts, no boxes, no dragging: a swipe over the figure scrolls the page."""
    figure.update_layout(
        template=None,
        height=height,
        dragmode=False,
        hovermode="closest",
        showlegend=False,
        margin={"l": 46, "r": 8, "t": 8, "b": 32},
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        hoverlabel={"align": "left", "bgcolor": "#ffffff", "bordercolor": MUTED, "font": {"size": 13, "color": INK}},
    )
    figure.update_xaxes(showgrid=False, zeroline=False, showline=True, linecolor="#b8bec6", fixedrange=True)
    figure.update_yaxes(gridcolor="#eceff2", zeroline=False, fixedrange=True)
