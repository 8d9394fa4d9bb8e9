"""The ladder: every rung that a module of this package declares, cheapest first."""

import pipelines.models
from pipelines.discovery import declared
from pipelines.errors import ConfigurationError
from pipelines.models.contract import Model

ALL = "all"


def models() -> tuple[Model, ...]:
    """Every rung above the naive rivals, in order of the ladder."""
    return tuple(sorted(declared(pipelines.models, Model), key=lambda model: (model.rung, model.name)))


def chosen(names: tuple[str, ...]) -> tuple[Model, ...]:
    """The rungs of those names; `all` means every one. Raises `ConfigurationError` for a name that is none."""
    known = {model.name: model for model in models()}
    if ALL in names:
        return models()
    for name in names:
        if name not in known:
            raise ConfigurationError(
                doing="looking up the model",
                where=name,
                found="no rung of the ladder has that name",
                remedy=f"Name one of {', '.join(known)}, or all.",
            )
    return tuple(model for name, model in known.items() if name in names)
