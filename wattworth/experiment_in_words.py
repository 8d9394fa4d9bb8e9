"""A plan and a standing of an experiment as a coach reads and prints them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.observations.experiments.words import amount, planned_words
from pipelines.readers.experiment_files import PlanFile
from wattworth.printing import print_line, print_table

CARRY_OVER = "Assumed: after {washout} days of washout nothing is left of what was done before."


def print_plan(plan: PlanFile, *, error_share: float | None, path: Path | None) -> None:
    """The plan with every day, or its refusal; then where it lies, and what to do next."""
    print_line(f"{plan.experiment_id}  {plan.question}")
    if plan.refusal:
        print_line(plan.refusal)
    else:
        print_line(planned_words(plan))
        print_line(
            f"Power {_share(plan.power)} (95 % {_share(plan.power_lower)} to {_share(plan.power_upper)}), worked"
        )
        print_line(
            f"out with {_share(plan.usable_share)} of days usable and {plan.expected_adherence:.0%} done as planned."
        )
        print_line(f"Seed {plan.seed}. {CARRY_OVER.format(washout=plan.washout_days)}")
    if error_share is not None:
        print_line(f"What a value may be off by makes about {error_share:.0%} of how the days differ.")
    if plan.days:
        print_table(("date", "day", "pair", "do"), ((on, f"{on:%a}", pair, _do(plan, c)) for on, pair, c in plan.days))
    if path is not None:
        print_line(f"Written to {path}; the next `wattworth run` takes it in. Do not change the file.")
    if path is not None and plan.days:
        print_line(f"Each day: wattworth experiment did {plan.experiment_id} DATE A|B|neither")


def _share(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"


def _do(plan: PlanFile, condition: str) -> str:
    return {"A": f"A: {plan.condition_a}", "B": f"B: {plan.condition_b}"}.get(condition, "washout")


def print_standing(row: Mapping[str, Any], days: Sequence[Mapping[str, Any]]) -> None:
    """How it stands: words, then day by day what was to be done, what was done, and why a day does not count."""
    simulated = " (simulated)" if row["is_simulated"] else ""
    print_line(f"{row['experiment_id']}  {row['display_name']}{simulated}: {row['question']}")
    print_line(f"{row['state']}: {row['words']}")
    if row["p_value"] is not None:
        print_line(
            f"p = {row['p_value']:.3f} over every order that could have come, {row['used_pair_count']} pairs; "
            f"the interval holds the effect in {row['coverage']:.1%} of such experiments."
        )
        print_line(CARRY_OVER.format(washout=row["washout"]))
    for earlier in row["results"]:
        told = "no verdict" if earlier["estimate"] is None else f"{amount(earlier['estimate'], row['unit'])}"
        print_line(f"Restated ({earlier['cause'].replace('_', ' ')}): before it was {told}.")
    if days:
        columns = ("day_date", "pair_number", "condition", "did", "state", "why_dropped", "observed_value")
        print_table(columns, ([day[name] for name in columns] for day in days))
