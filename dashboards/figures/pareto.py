"""Which reasons spoil most: one bar a reason, the commonest on top."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards import amounts, words
from dashboards.figures.plotted import ACCENT, INK, quiet_layout
from dashboards.trust import Reason

BARS = 12
"""Reasons drawn; the table below the figure has them all."""
WHOLE_TICKS = 6
"""Up to this count every number has its tick: there is no half of a verdict."""


def reasons_by_count(reasons: Sequence[Reason]) -> go.Figure:
    """Subjects and purposes each leading reason spoiled; open bars are usable but doubtful."""
    drawn = reasons[:BARS]
    figure = go.Figure(
        go.Bar(
            x=[reason.subject_count for reason in drawn],
            y=[_name(reason) for reason in drawn],
            orientation="h",
            marker={
                "color": ["#ffffff" if reason.verdict == "usable" else ACCENT for reason in drawn],
                "line": {"color": INK, "width": 1},
            },
            text=[f"{reason.subject_count} ({amounts.percent(reason.share)})" for reason in drawn],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    quiet_layout(figure, height=60 + 30 * max(1, len(drawn)))
    figure.update_yaxes(autorange="reversed", showgrid=False, automargin=True)
    figure.update_xaxes(title="verdicts of the last 28 days", rangemode="tozero", tickformat=",d")
    if max((reason.subject_count for reason in drawn), default=0) <= WHOLE_TICKS:
        figure.update_xaxes(dtick=1)
    figure.update_layout(margin={"l": 8, "b": 48, "t": 8, "r": 72})
    return figure


def _name(reason: Reason) -> str:
    named = words.reason(reason.reason) if reason.reason else "no reason named"
    return f"{named} (doubtful)" if reason.verdict == "usable" else named
