"""The ladder as a page: generated from the model cards, so that it cannot lag behind."""

from pipelines.models import naive
from pipelines.models.catalogue import models
from pipelines.models.contract import Model


def models_markdown() -> str:
    """The naive rivals, then every rung with its card and inputs, as Markdown."""
    parts = [
        "# Models",
        "",
        "Generated from the model cards in `pipelines/models`. What a rung gained and what it cost stands on the cost",
        "page and in `wattworth models`; a rung that does not beat the best naive rival says so there.",
        "",
        "## Rung 0: the rivals",
        "",
        f"{_first_paragraph(naive.__doc__)} A model is scored against the best of them.",
        "",
    ]
    for model in models():
        parts += _described(model)
    return "\n".join(parts)


def _described(model: Model) -> list[str]:
    return [
        f"## Rung {model.rung}: {model.name}",
        "",
        model.card.replace("\n\n", "\n").replace("\n", "  \n"),
        "",
        f"Version {model.version}; {model.cost_class}. Inputs: {', '.join(f'`{name}`' for name in model.inputs)}.",
        "",
    ]


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split()).removeprefix("Rung 0, the rivals: ").capitalize()
