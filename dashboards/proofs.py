"""What a home keeps of each bench, whether its rules have changed since, and how a measured share is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.observations.attention.candidates import definition_version
from pipelines.observations.experiments import find
from pipelines.paths import Home
from pipelines.proofs.stored import ATTENTION, EXPERIMENTS, QUALITY, Bench, proof_file, read_proof
from pipelines.quality.stop import VERSION

PLACES = ("missed", "not measured here", "met")
"""Verdicts in the order of a table of lines."""
VERDICT_SHAPES = {"met": "●", "missed": "✕", "not measured here": "○"}
PAGES = {QUALITY.name: "proof.html", ATTENTION.name: "proof-list.html", EXPERIMENTS.name: "proof-experiments.html"}
"""The page of each bench."""
TITLES = {
    QUALITY.name: "How good the checks are",
    ATTENTION.name: "What the list is worth",
    EXPERIMENTS.name: "Whether experiments keep their promise",
}

Figures = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What this home keeps of a bench; `why_not` says what is wrong with a file that cannot be read."""

    bench: Bench = QUALITY
    figures: Figures | None = None
    text: str = ""
    why_not: str = ""

    @property
    def page(self) -> str:
        """Name of its page."""
        return PAGES[self.bench.name]

    @property
    def title(self) -> str:
        """Title of its page."""
        return TITLES[self.bench.name]

    @property
    def made_on(self) -> datetime | None:
        """When the figures were made (UTC)."""
        return datetime.fromisoformat(self.figures["made_at_utc"]) if self.figures else None

    @property
    def rules_in_force(self) -> str:
        """Version of the rules that the bench measures."""
        if self.bench.name == ATTENTION.name:
            return definition_version()
        return str(find.VERSION) if self.bench.name == EXPERIMENTS.name else VERSION

    @property
    def is_stale(self) -> bool:
        """Were they made with other rules than those in force?"""
        return self.figures is not None and self.figures["rules_version"] != self.rules_in_force

    @property
    def made_from(self) -> tuple[str, str]:
        """Everything a page that tells of it depends on."""
        return self.text or self.why_not, self.rules_in_force


NOTHING_KEPT = Proof()


def read_kept(home: Home, bench: Bench = QUALITY) -> Proof:
    """What this home keeps; a file that cannot be read spoils no other page."""
    try:
        stored = read_proof(proof_file(home, bench), bench)
    except ConfigurationError as error:
        return Proof(bench=bench, why_not=str(error))
    return Proof(bench=bench) if stored is None else Proof(bench=bench, figures=stored.figures, text=stored.text)


def links(proofs: Iterable[Proof], *, besides: Proof) -> list[dict[str, str]]:
    """Page and title of the others that stand."""
    return [{"page": one.page, "title": one.title} for one in proofs if one.figures and one.bench != besides.bench]


def ordered(lines: Iterable[Figures]) -> list[Figures]:
    """Lines of a bench, those that are missed first."""
    return sorted(lines, key=lambda one: PLACES.index(one["verdict"]))


def counts(lines: Sequence[Figures]) -> dict[str, int]:
    """How many lines have each verdict."""
    return {name: sum(one["verdict"] == name for one in lines) for name in VERDICT_SHAPES}


def told(share: float | None, interval: Sequence[float] | None = None, *, percent: bool = False) -> str:
    """A share or an error, with its 95 % interval in brackets; nothing where it is not known."""
    if share is None:
        return ""
    times, digits, unit = (100, 1, " %") if percent else (1, 2, "")
    words_ = f"{times * share:.{digits}f}{unit}"
    if not interval:
        return words_
    low, high = interval
    return f"{words_} ({times * low:.{digits}f}\N{EN DASH}{times * high:.{digits}f})"
