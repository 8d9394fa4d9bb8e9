"""The ladder and what it is asked: every rung and every task that a module declares."""

import pipelines.models
import pipelines.models.tasks
from pipelines.discovery import declared
from pipelines.errors import ConfigurationError
from pipelines.models.contract import Model
from pipelines.models.task import Task

ALL = "all"
SCHEDULED = "scheduled"
"""The rungs that were run before on a squad, less those that were retired: what a night runs."""
WILDCARDS = (ALL, SCHEDULED)


def models() -> tuple[Model, ...]:
    """Every rung above the naive rivals, in order of the ladder."""
    return tuple(sorted(declared(pipelines.models, Model), key=lambda model: (model.rung, model.name)))


def tasks() -> tuple[Task, ...]:
    """Every task, by name."""
    return tuple(sorted(declared(pipelines.models.tasks, Task), key=lambda task: task.name))


def task_named(name: str) -> Task:
    """The task of that name, which there has to be."""
    return next(task for task in tasks() if task.name == name)


def chosen(names: tuple[str, ...]) -> tuple[Model, ...]:
    """The rungs of those names; `all` means every one whose library is installed.

    Raises `ConfigurationError` for a name that is none, and for a rung named whose library is not installed.
    """
    known = {model.name: model for model in models()}
    if ALL in names:
        return tuple(model for model in models() if model.is_installed)
    for name in names:
        if name not in known:
            raise ConfigurationError(
                doing="looking up the model",
                where=name,
                found="no rung of the ladder has that name",
                remedy=f"Name one of {', '.join(known)}, or all.",
            )
    rungs = tuple(model for name, model in known.items() if name in names)
    for model in rungs:
        if not model.is_installed:
            raise ConfigurationError(
                doing="starting the model", where=model.name, found=missing(model), remedy=remedy(model)
            )
    return rungs


def left_out(names: tuple[str, ...]) -> tuple[Model, ...]:
    """The rungs that `all` would run and cannot, as their library is not installed."""
    return tuple(model for model in models() if not model.is_installed) if ALL in names else ()


def missing(model: Model) -> str:
    """What keeps a rung from running."""
    return f"its library {model.needs} is not installed"


def remedy(model: Model) -> str:
    """What to do about it."""
    return f"Install wattworth with its extra `{model.extra}`, or run without this model."
