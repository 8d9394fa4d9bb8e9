"""The steps under way, one small file each: what is still known of a step when its process was killed.

A file is written before the step begins, again with every sign of life, and once more when it ends. It goes away
only when the row stands in the ledger. What does not belong here: the database.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

BIRTH_TOLERANCE_S = 2.0
"""A process number is used again after a while; the same number born further apart is another process. The system
tells births from a boot time in whole seconds, so two accounts of one birth may differ by one."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One journal file: the ledger row so far, whose process it is, and whether the step has ended."""

    entry: dict[str, Any]
    process_id: int
    process_born_s: float
    is_finished: bool


def write(folder: Path, page: Page) -> None:
    """Writes the page of one entry by atomic rename, so that a reader sees the old one or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, page.entry["entry_id"])
    unfinished = path.with_suffix(".part")
    text = json.dumps(vars(page), default=str, sort_keys=True)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def remove(folder: Path, entry_id: str) -> None:
    """Takes the page of one entry away: its row stands in the ledger now."""
    _path(folder, entry_id).unlink(missing_ok=True)


def pages(folder: Path) -> Iterator[Page]:
    """Every page that lies there, in order of name. A file that is no page is left alone."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield Page(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            continue  # the rename is atomic: what cannot be read is not ours


def own_process() -> tuple[int, float]:
    """Number and time of birth (s since 1970) of this process."""
    return os.getpid(), psutil.Process().create_time()


def is_alive(page: Page) -> bool:
    """True when the process that wrote the page still runs."""
    try:
        born_s = psutil.Process(page.process_id).create_time()
    except psutil.NoSuchProcess:
        return False
    return bool(abs(born_s - page.process_born_s) <= BIRTH_TOLERANCE_S)


def _path(folder: Path, entry_id: str) -> Path:
    return folder / f"{entry_id}.json"
