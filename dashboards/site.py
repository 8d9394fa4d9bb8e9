"""The folder of pages: what stands in it, and how a page gets there whole or not at all."""

import hashlib
import json
import os
import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import jinja2
from plotly.offline import get_plotlyjs

from dashboards import amounts, words
from dashboards.rules import anchor
from pipelines.warehouse.crash_points import reached

MANIFEST = "manifest.json"
STYLES = "static/site.css"
PLOTLY = "static/plotly.min.js"


@dataclass
class Site:
    """The pages of one folder, with the hash of what each was made from."""

    folder: Path
    inputs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path) -> "Site":
        """The site in a folder; an absent or damaged manifest only means that every page is built anew."""
        manifest = folder / MANIFEST
        try:
            stored = json.loads(manifest.read_text(encoding="utf-8"))["inputs"]
        except (FileNotFoundError, json.JSONDecodeError, KeyError):
            stored = {}
        return cls(folder=folder, inputs=stored)

    def put(self, page: str, made_from: str, render: Callable[[], str]) -> bool:
        """Builds a page unless it stands there already, made from the same; says whether it was built."""
        if self.inputs.get(page) == made_from and (self.folder / page).is_file():
            return False
        write(self.folder / page, render(), point="page")
        self.inputs[page] = made_from
        return True

    def keep(self, belongs: Callable[[str], bool]) -> list[str]:
        """Removes every page that does not belong any more, such as those of a forgotten athlete."""
        standing = {path.name for path in self.folder.glob("*-*.html")} | set(self.inputs)
        gone = sorted(page for page in standing if not belongs(page))
        for page in gone:
            (self.folder / page).unlink(missing_ok=True)
            self.inputs.pop(page, None)
        return gone

    def drop(self, page: str) -> None:
        """Removes a page that there is nothing to make from any more."""
        (self.folder / page).unlink(missing_ok=True)
        self.inputs.pop(page, None)

    def stands(self) -> bool:
        """Whether every page of the manifest lies there; false when there is none."""
        return bool(self.inputs) and all((self.folder / page).is_file() for page in (*self.inputs, STYLES, PLOTLY))

    def save(self) -> None:
        """Writes the manifest; pages come first, so that a kill in between only means building them again."""
        text = json.dumps({"inputs": self.inputs}, indent=1, sort_keys=True) + "\n"
        path = self.folder / MANIFEST
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write(path, text, point="manifest")

    def furnish(self) -> None:
        """Puts the style sheet and the one Plotly script that all figures share beside the pages."""
        for name, text in ((STYLES, styles()), (PLOTLY, get_plotlyjs())):
            path = self.folder / name
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                write(path, text, point="page")


def write(path: Path, text: str, *, point: str) -> None:
    """Writes a file by atomic rename: a reader sees the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    reached(f"{point}.before_rename")
    os.replace(beside, path)  # noqa: PTH105 - the name says that it replaces in one step
    reached(f"{point}.after_rename")


def athlete_page(athlete_id: int) -> str:
    """Name of an athlete's page: the surrogate key, never the name."""
    return f"athlete-{athlete_id}.html"


def squad_pages(squads: Iterable[str]) -> dict[str, str]:
    """Name of each squad's page for its coach."""
    return {squad: f"coach-{slug}.html" for squad, slug in _slugs(squads).items()}


def analyst_pages(squads: Iterable[str]) -> dict[str, str]:
    """Name of each squad's page for its analyst."""
    return {squad: f"analyst-{slug}.html" for squad, slug in _slugs(squads).items()}


def _slugs(squads: Iterable[str]) -> dict[str, str]:
    """Each squad's name as an address; those that look alike in one get a piece of hash."""
    found: dict[str, str] = {}
    for squad in sorted(squads):
        slug = re.sub(r"[^a-z0-9]+", "-", squad.lower()).strip("-")
        if not slug or slug in found.values():
            slug = f"{slug}-{hashlib.sha256(squad.encode()).hexdigest()[:6]}".strip("-")
        found[squad] = slug
    return found


def render(template: str, **values: object) -> str:
    """One page from its template; every value is escaped unless it is markup of ours."""
    return _environment().get_template(template).render(**values)


@cache
def styles() -> str:
    """The one style sheet."""
    return (files("dashboards") / "static" / "site.css").read_text(encoding="utf-8")


@cache
def version() -> str:
    """Hash of everything in this package: a changed template, style or word builds every page anew."""
    digest = hashlib.sha256()
    for name, entry in sorted(_sources(files("dashboards"), "")):
        digest.update(name.encode() + b"\n" + entry.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found.extend(_sources(entry, f"{name}/"))
        elif entry.name.endswith((".py", ".j2", ".css")):
            found.append((name, entry))
    return found


class _Environment(jinja2.Environment):
    """Templates say `row.metric` of rows that are dicts: their keys are looked at first, Jinja looks there last."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as in Jinja
        """What the name stands for: a key of a row, else as Jinja finds it."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def _environment() -> jinja2.Environment:
    made = _Environment(
        loader=jinja2.PackageLoader("dashboards"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["as_word"] = shlex.quote  # a folder may have a blank in its name
    made.globals.update(words=words, amounts=amounts, athlete_page=athlete_page, rule_anchor=anchor)
    return made
