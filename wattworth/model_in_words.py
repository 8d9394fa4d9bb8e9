"""What a model did, in the words and units of a coach.

What does not belong here: how a gain was found, and what is worth it.
"""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pipelines.models.catalogue import models, task_named

LOGARITHMS = ("ln_ms", "log_s")
"""Units of which a small difference is a share."""

NONE = "-"

RESULTS = (
    "model",
    "error",
    "rival's error",
    "skill (90 %)",
    "without the athlete (90 %)",
    "against",
    "gain (90 %)",
    "p after Holm",
    "verdict",
    "CPU-s",
    "on the schedule",
)
RIVALS = ("rival", "error", "the best model against it (90 %)")
QUALITY = ("model", "nights", "not usable", "error, usable values", "error, all values", "gain in skill (90 %)")


def results(
    rows: Sequence[Mapping[str, Any]], states: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> list[tuple[str, ...]]:
    """One line per model in the columns of `RESULTS`; `rows` of mart_models of one task, `states` by model."""
    return [
        (
            row["model"],
            error(row["coach_error"], row["coach_unit"], row["mean_absolute_error"], row["unit"]),
            error(row["rival_coach_error"], row["coach_unit"], row["rival_mean_absolute_error"], row["unit"]),
            spread(row, "skill_fraction", "skill_lower_fraction", "skill_upper_fraction"),
            spread(row, "held_out_skill_fraction", "held_out_skill_lower_fraction", "held_out_skill_upper_fraction"),
            row["against"] or NONE,
            spread(row, "gain_fraction", "gain_lower_fraction", "gain_upper_fraction"),
            NONE if row["adjusted_p_value"] is None else f"{row['adjusted_p_value']:.3f}",
            verdict(row),
            NONE if row["cpu_s"] is None else f"{row['cpu_s']:.2f}",
            standing(states.get(row["model"])),
        )
        for row in rows
    ]


def rivals(scores: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """One line per rival in the columns of `RIVALS`, best first; `scores` of one model on one task."""
    ordered = sorted(scores, key=lambda row: float(row["rival_mean_absolute_error"]))
    return [
        (
            row["rival"],
            error(row["rival_coach_error"], row["coach_unit"], row["rival_mean_absolute_error"], row["unit"]),
            spread(row, "skill_fraction", "skill_lower_fraction", "skill_upper_fraction"),
        )
        for row in ordered
    ]


def quality(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """One line per model in the columns of `QUALITY`; `rows` of mart_quality_worth of one task."""
    return [
        (
            row["model"],
            f"{row['night_count']:,}",
            f"{row['spoiled_count']:,}",
            error(row["usable_coach_error"], row["coach_unit"], row["usable_mean_absolute_error"], row["unit"]),
            error(row["all_coach_error"], row["coach_unit"], row["all_mean_absolute_error"], row["unit"]),
            spread(row, "gain_fraction", "gain_lower_fraction", "gain_upper_fraction"),
        )
        for row in rows
    ]


def error(coach_error: float | None, coach_unit: str | None, plain: float | None, unit: str | None) -> str:
    """A mean absolute error such as "13 s, 1.2 %" or "0.84 bpm"."""
    if coach_error is None or plain is None:
        return NONE
    told = f"{coach_error:.3g} {coach_unit}"
    return f"{told}, {100 * math.expm1(plain):.2g} %" if unit in LOGARITHMS and coach_unit == "s" else told


def verdict(row: Mapping[str, Any]) -> str:
    """The verdict, with the nights that would tell where it is open, or what a fit needs where nothing was scored."""
    if row["verdict"] == "looks ahead":
        return str(row["verdict"])
    if row["verdict"] is None or not row["night_count"]:
        least = next((model.least for model in models() if model.name == row["model"]), "")
        return "nothing could be scored" + (f": a fit needs {least}" if least else "")
    if row["more_night_count"] is None:
        return str(row["verdict"])
    return f"{row['verdict']} ({row['more_night_count']:,} more nights would tell)"


def standing(state: Mapping[str, Any] | None) -> str:
    """How a rung stands, such as "retired since 2026-11-20, left out on 3 nights: 12 CPU-s saved"."""
    if state is None:
        return NONE
    told = f"{state['state']} since {state['since_date']:%Y-%m-%d}"
    if not state["night_count"]:
        return told
    nights = f"{state['night_count']:,} {'night' if state['night_count'] == 1 else 'nights'}"
    saved = "what that saved is not known" if state["cpu_s"] is None else f"{state['cpu_s']:.3g} CPU-s saved"
    return f"{told}, left out on {nights}: {saved}"


def task_state(row: Mapping[str, Any]) -> str:
    """What there is to score of a task, or why nothing; `row` of mart_task_states."""
    if row["why_not"]:
        return f"nothing can be scored: {row['why_not']}"
    one, many = task_named(row["task"]).counted
    return f"{row['scorable_count']:,} {one if row['scorable_count'] == 1 else many} can be scored"


def rivals_alone(scores: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """One line per rival in the first columns of `RIVALS`, best first; `scores` of mart_rival_scores of one task."""
    ordered = sorted(scores, key=lambda row: float(row["mean_absolute_error"]))
    return [
        (row["rival"], error(row["coach_error"], row["coach_unit"], row["mean_absolute_error"], row["unit"]))
        for row in ordered
    ]


def left_out(row: Mapping[str, Any]) -> str:
    """How many nights were scored, and how many readings were not usable."""
    share = "" if row["left_out_fraction"] is None else f" ({100 * row['left_out_fraction']:.1f} %)"
    scored = f"{row['night_count']:,} scored, {row['athlete_count']} athletes"
    return f"{scored}; {row['left_out_count']:,} left out as not usable{share}"


def spread(row: Mapping[str, Any], middle: str, lower: str, upper: str) -> str:
    """A share with its interval, such as "+6.0 % (-1.0 to +13.0)"."""
    if row[middle] is None:
        return NONE
    return f"{100 * row[middle]:+.1f} % ({100 * row[lower]:+.1f} to {100 * row[upper]:+.1f})"
