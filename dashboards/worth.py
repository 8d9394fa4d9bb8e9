"""Value against energy: each model with its interval, the frontier of those that gain, and what judging was worth."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboards import words
from dashboards.costs import RIVALS, amount
from dashboards.figures.plotted import plotted
from dashboards.figures.value_cost import frontier, models_by_cost
from pipelines.models.catalogue import models as rungs
from pipelines.models.catalogue import tasks

DOUBTS_OF_ENERGY = frozenset({"meters_disagree", "accounts_disagree", "cut_short"})
"""Doubts under which the energy of a row itself is doubtful; the others concern a second meter, carbon or a clock."""


def doubted_jobs(ledger: pl.DataFrame) -> set[str]:
    """Jobs whose energy is doubtful: in their own entry or in the one they ran inside."""
    is_doubted = pl.col("is_meter_doubtful").fill_null(value=False) | (
        pl.col("doubts").list.set_intersection(sorted(DOUBTS_OF_ENERGY)).list.len().fill_null(0) > 0
    )
    doubted = ledger.filter(is_doubted)["entry_id"].implode()
    inside = pl.col("entry_id").is_in(doubted) | pl.col("parent_entry_id").is_in(doubted)
    return set(ledger.filter(inside)["job_id"].drop_nulls().to_list())


def model_figures(
    models: list[dict[str, Any]], bills: Mapping[tuple[str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    """One figure per squad and task of which a model has a skill and an energy: its heading, its text, its markup.

    `bills` as of `job_bills`: the point of the naive rivals is what theirs used.
    """
    by_task: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for model in models:
        if model["skill_fraction"] is not None and model["e_it_q50"] is not None:
            by_task.setdefault((model["squad"], model["task"]), []).append(model)
    return [
        {
            "squad": squad,
            "task": task,
            "label": _label(drawn, rivals),
            "markup": plotted(models_by_cost(drawn, rivals), "models" if number == 0 else f"models-{number + 1}"),
        }
        for number, ((squad, task), drawn) in enumerate(sorted(by_task.items()))
        for rivals in [_known(bills.get((squad, f"{RIVALS}:{task}")))]
    ]


def job_name(step_key: str) -> str:
    """A model job as people read it, such as "gru: Next morning's lnRMSSD"; any other step by its name."""
    model, separator, task = step_key.partition(":")
    return f"{words.plain(model)}: {task_title(task)}" if separator else words.plain(step_key)


def latest_ratios(ratios: pl.DataFrame, models: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of mart_rung_ratios of rungs that stand in the models, dearest first: of each pair the surest."""
    standing = models.select("squad", "task", rung="model").unique()
    rows = ratios.join(standing, on=["squad", "task", "rung"], how="semi").sort("repeat_count", "input_fingerprint")
    pairs = rows.unique(["squad", "task", "rung", "cheaper_rung"], keep="last", maintain_order=True)
    return pairs.sort("squad", "task", "ratio", descending=[False, False, True]).to_dicts()


def task_lines(states: pl.DataFrame, rivals: pl.DataFrame, models: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of mart_task_states as texts: what can be scored or why nothing, and the error of the best naive rival.

    `is_drawn` where a model has a skill on it; else `reason` says why none has. `models` has rows of mart_models.
    """
    drawn = {(row["squad"], row["task"]) for row in models if row["skill_fraction"] is not None}
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rivals.sort("mean_absolute_error", "rival", descending=True).to_dicts():
        best[row["squad"], row["task"]] = row  # the smallest error comes last
    return [
        {
            **row,
            "counted": _counted(row),
            "primary_metric": next((task.primary_metric for task in tasks() if task.name == row["task"]), ""),
            "best": best.get((row["squad"], row["task"])),
            "is_drawn": (row["squad"], row["task"]) in drawn,
            "reason": _reason(row, models),
        }
        for row in states.sort("squad", "task").to_dicts()
    ]


def _reason(state: Mapping[str, Any], models: Sequence[Mapping[str, Any]]) -> str:
    """Why no model has a skill on a task that can be scored: none was run on it, or what a fit needs is not there."""
    tried = {row["model"] for row in models if (row["squad"], row["task"]) == (state["squad"], state["task"])}
    least = [f"{words.plain(rung.name)} needs {rung.least}" for rung in rungs() if rung.name in tried]
    return "; ".join(least) or "none was run on it"


def _counted(row: dict[str, Any]) -> str:
    one, many = next((task.counted for task in tasks() if task.name == row["task"]), ("row", "rows"))
    return words.count(row["scorable_count"], one, many)


def task_title(name: str) -> str:
    """What a task is called on pages; a task that no module declares any more goes by its name."""
    titles = {task.name: task.title for task in tasks()}
    return titles.get(name, words.plain(name))


def quality_lines(worth: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of mart_quality_worth as texts: what leaving out unusable values gained, and what judging took."""
    return [_quality(row) for row in worth.sort("squad", "task", "model").to_dicts()]


def _quality(row: dict[str, Any]) -> dict[str, Any]:
    judging = {f"e_it_{end}": row[f"judging_energy_{end}_j"] for end in ("q05", "q50", "q95")}
    return {
        **row,
        "gain_text": _percent(row["gain_fraction"], row["gain_lower_fraction"], row["gain_upper_fraction"]),
        "judging_text": str(amount(judging, "e_it")),
    }


def _percent(middle: float | None, low: float | None, high: float | None) -> str:
    if middle is None:
        return "not known"
    if low is None or high is None:
        return f"{100 * middle:.1f} %"
    return f"{100 * middle:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _label(models: list[dict[str, Any]], rivals: dict[str, Any] | None) -> str:
    """The figure in words, for those who do not see it."""
    told = [
        f"{words.plain(row['model'])}: {amount(row, 'e_it')}, skill"
        f" {_percent(row['skill_fraction'], row['skill_lower_fraction'], row['skill_upper_fraction'])}"
        + (", meter doubtful" if row["is_doubtful"] else "")
        for row in models
    ]
    naive = amount(rivals, "e_it") if rivals else None
    told.append(f"naive rivals: {naive or 'energy not known'}, skill 0")
    on_it = ", ".join(words.plain(row["model"]) for row in frontier(models)) or "no model"
    return f"Skill over the best naive rival against energy. {'; '.join(told)}. On the frontier: {on_it}."


def _known(bill: dict[str, Any] | None) -> dict[str, Any] | None:
    return bill if bill and bill["e_it_q50"] is not None else None
