"""What was gained against what it cost: models by skill, steps by what they worked through."""

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards import words
from dashboards.costs import J_PER_WH, Amount, amount
from dashboards.figures.plotted import ACCENT, INK, MUTED, quiet_layout

STEP_UNITS = {
    "ingest": ("file loaded", "files loaded"),
    "judge": ("subject judged", "subjects judged"),
    "observe": ("subject observed", "subjects observed"),
    "publish": ("page built", "pages built"),
    "train": ("model trained", "models trained"),
    "backtest": ("model evaluated", "models evaluated"),
    "predict": ("model estimating", "models estimating"),
}
"""What the counts of a purpose count: one of it, and many."""
FRONTIER = "#bcc8d4"
_BESIDE = ("top left", "top right", "bottom right", "bottom left")
"""Where the names of neighbouring points go, beside their bars and apart from each other."""
_WH = "energy (90 % interval, log axis)"
_PARTS_OF_WH = ((0, "Wh"), (-3, "mWh"), (-6, "µWh"), (-9, "nWh"))
"""Power of ten below which the next smaller unit reads better, and that unit."""


def frontier(models: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The models that none cheaper equals in skill, cheapest first, from the naive rival's skill of 0 upwards."""
    told = [model for model in models if model["e_it_q50"] is not None and model["skill_fraction"] is not None]
    found: list[dict[str, Any]] = []
    for model in sorted(told, key=lambda row: (row["e_it_q50"], -row["skill_fraction"])):
        if model["skill_fraction"] > (found[-1]["skill_fraction"] if found else 0.0):
            found.append(model)
    return found


def models_by_cost(models: Sequence[dict[str, Any]], rivals: dict[str, Any] | None = None) -> go.Figure:
    """Rows of mart_models with a skill: energy of the whole job against skill over the best naive rival.

    The line at 0 is that rival, with a point at its own energy where `rivals` has one. A model whose bar reaches
    below it has not shown more than it. A broad line steps along the frontier; a hollow point has a doubtful energy.
    """
    figure = go.Figure()
    _draw_frontier(figure, models, rivals)
    by_energy = sorted(models, key=lambda row: (row["e_it_q50"] or 0.0, row["model"]))
    for number, model in enumerate(by_energy):
        energy = amount(model, "e_it")
        if energy.q50 is None or model["skill_fraction"] is None:
            continue
        skill = 100 * model["skill_fraction"]
        figure.add_trace(
            go.Scatter(
                x=[energy.q50],
                y=[skill],
                error_x=_bars(energy.q05, energy.q50, energy.q95),
                error_y=_bars(100 * model["skill_lower_fraction"], skill, 100 * model["skill_upper_fraction"]),
                mode="markers+text",
                text=[words.plain(model["model"])],
                textposition=_BESIDE[number % len(_BESIDE)],
                textfont={"size": 12},
                cliponaxis=False,
                marker={
                    "size": 10,
                    "color": ACCENT,
                    "symbol": "circle-open" if model["is_doubtful"] else "circle",
                },
                hovertemplate=f"{energy}<br>skill {skill:.1f} %<br>{model['verdict']}<extra></extra>",
            )
        )
    naive = amount(rivals, "e_it") if rivals else None
    if naive and naive.q50:
        figure.add_trace(
            go.Scatter(
                x=[naive.q50],
                y=[0],
                error_x=_bars(naive.q05, naive.q50, naive.q95),
                mode="markers",
                marker={"size": 10, "color": INK, "symbol": "diamond"},
                hovertemplate=f"naive rivals: {naive}<extra></extra>",
            )
        )
    figure.add_hline(
        y=0, line={"color": INK, "width": 1}, annotation_text="best naive rival", annotation_position="bottom left"
    )
    quiet_layout(figure, height=280)
    _decades(figure, [amount(row, "e_it") for row in [*models, *([rivals] if rivals else [])]])
    figure.update_yaxes(title="skill (%)")
    figure.update_layout(margin={"l": 52, "b": 52, "t": 12, "r": 32})
    return figure


def _draw_frontier(figure: go.Figure, models: Sequence[dict[str, Any]], rivals: dict[str, Any] | None) -> None:
    """From the naive rival at 0, where its energy is known, up a step at each model that gains on all cheaper ones."""
    naive = amount(rivals, "e_it") if rivals else None
    steps = [(amount(model, "e_it").q50, 100 * model["skill_fraction"]) for model in frontier(models)]
    points = [(naive.q50, 0.0), *steps] if naive and naive.q50 else steps
    if steps:  # whatever costs more and is worth less lies under the last step
        points.append((max(model["e_it_q50"] for model in models) / J_PER_WH, steps[-1][1]))
    figure.add_trace(
        go.Scatter(
            x=[energy for energy, _ in points],
            y=[skill for _, skill in points],
            mode="lines",
            line={"color": FRONTIER, "width": 7, "shape": "hv"},
            hoverinfo="skip",
        )
    )


def steps_by_cost(purposes: Sequence[dict[str, Any]]) -> go.Figure:
    """One bar of energy per purpose with what it worked through; `purposes` has purpose, subject_count and e_it_*."""
    drawn = [row for row in purposes if row["e_it_q50"] is not None]
    energies = [amount(row, "e_it") for row in drawn]
    figure = go.Figure(
        go.Scatter(
            x=[energy.q50 for energy in energies],
            y=[row["purpose"] for row in drawn],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [(energy.q95 or 0.0) - (energy.q50 or 0.0) for energy in energies],
                "arrayminus": [(energy.q50 or 0.0) - (energy.q05 or 0.0) for energy in energies],
                "color": MUTED,
                "thickness": 1.5,
            },
            mode="markers+text",
            marker={"size": 10, "color": ACCENT, "symbol": "diamond"},
            text=[worked_through(row) for row in drawn],
            textposition="top center",
            cliponaxis=False,
            hovertemplate=[
                f"{row['purpose']}: {energy}<extra></extra>" for row, energy in zip(drawn, energies, strict=True)
            ],
        )
    )
    quiet_layout(figure, height=90 + 62 * max(1, len(drawn)))
    _decades(figure, energies)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(margin={"l": 72, "b": 52, "t": 24, "r": 24})
    return figure


def worked_through(row: dict[str, Any]) -> str:
    """What a purpose worked through, such as "120 files loaded"; empty where that was not counted."""
    if row["subject_count"] is None or row["purpose"] not in STEP_UNITS:
        return ""
    one, many = STEP_UNITS[row["purpose"]]
    return f"{row['subject_count']:,} {one if row['subject_count'] == 1 else many}"


def _decades(figure: go.Figure, energies: Sequence[Amount]) -> None:
    """A log axis of whole decades around every interval, two ticks at least, each with its unit."""
    ends = [end for energy in energies for end in (energy.q05, energy.q50, energy.q95) if end]
    if not ends:
        return
    low, high = math.floor(math.log10(min(ends))), math.ceil(math.log10(max(ends)))
    high = max(high, low + 1)
    ticks = list(range(low, high + 1))
    texts = [_in_words(tick) for tick in ticks]
    figure.update_xaxes(
        type="log", title=_WH, range=[low, high], tickvals=[10.0**tick for tick in ticks], ticktext=texts
    )


def _in_words(decade: int) -> str:
    """A power of ten of a Wh in the unit that needs no zeros behind the point, such as "10 µWh"."""
    power, unit = next((part for part in _PARTS_OF_WH if decade >= part[0]), _PARTS_OF_WH[-1])
    return f"{10.0 ** (decade - power):,.{max(0, power - decade)}f} {unit}"


def _bars(low: float | None, middle: float, high: float | None) -> dict[str, Any]:
    up = [high - middle] if high is not None else [0.0]
    down = [middle - low] if low is not None else [0.0]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": MUTED, "thickness": 1.5}
