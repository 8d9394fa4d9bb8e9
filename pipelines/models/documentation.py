"""The ladder as a page: generated from the model cards, so that it cannot lag behind."""

from pipelines.models import naive
from pipelines.models.catalogue import models, tasks
from pipelines.models.contract import Model
from pipelines.models.task import Task
from pipelines.models.verdicts import RULE

CHECKED = (
    "Before a rung is scored it is asked whether it looks ahead: the night itself and everything later is changed, and",
    "no feature and no estimate up to that night may move. Cheap and middle rungs are then also fitted without the",
    "athletes they estimate, and with the values that are not usable put back in: the same usable nights both ways, so",
    "that the difference is what judging the data is worth.",
)

NO_RUNG = (
    "Exponential smoothing with its form chosen for each athlete (AutoETS) is not a rung: on 100 simulated athletes of",
    "400 nights it took 43 CPU-seconds beside 2 of the ridge, needed every gap filled in, and was 1.6 % worse than a",
    "moving average of fixed weight. Foundation models need weights from elsewhere, and nothing here fetches anything.",
)

EXTRAS = (
    "A rung that needs a library of an extra is left out of `--models all` where that is not installed, and listed as",
    "not run with what to install; named itself, it is refused before anything runs.",
    "The first job of a run that needs a library pays for loading it.",
)


def models_markdown() -> str:
    """The tasks, the naive rivals, then every rung with its card and inputs, as Markdown."""
    parts = [
        "# Models",
        "",
        "Generated from the model cards in `pipelines/models`. What a rung gained and what it cost stands on the cost",
        "page and in `wattworth models`; a rung that does not beat the best naive rival says so there.",
        "",
        "What is estimated comes first, then who tries.",
        "",
        *(line for task in tasks() for line in _asked(task)),
        "## Rung 0: the rivals",
        "",
        f"{_first_paragraph(naive.__doc__)} A model is scored against the best of them.",
        "",
    ]
    for model in models():
        parts += _described(model)
    parts += ["## What is no rung", "", *NO_RUNG, "", *EXTRAS, ""]
    parts += ["## The verdict", "", *RULE.splitlines(), "", *CHECKED, ""]
    return "\n".join(parts)


def _asked(task: Task) -> list[str]:
    gain = f"{100 * task.smallest_gain_fraction:g} % ({task.smallest_gain_source})"
    return [
        f"## Task: {task.name}",
        "",
        _in_lines(task.card),
        "",
        f"Rivals: {_listed(task.rivals)}.  ",
        f"What counts: {task.counted[1]} with {task.history}.  ",
        f"Smallest gain worth having: {gain}. A coach reads the error in {task.coach_unit.unit}.",
        "",
    ]


def _described(model: Model) -> list[str]:
    return [
        f"## Rung {model.rung}: {model.name}",
        "",
        _in_lines(model.card),
        "",
        f"Version {model.version}; {model.cost_class}. Tasks: {_listed(model.tasks)}.  ",
        f"Inputs: {_listed(model.inputs)}.  ",
        f"A fit needs {model.least}.",
        "",
    ]


def _in_lines(card: str) -> str:
    return card.replace("\n\n", "\n").replace("\n", "  \n")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split()).removeprefix("Rung 0, the rivals: ").capitalize()
