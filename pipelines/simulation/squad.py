"""The generated squad: writes everybody's exports into an inbox, some damaged, and the truth beside them."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import chain
from pathlib import Path

from pipelines.progress import SILENT, Progress
from pipelines.readers.wattworth_answers import COLUMNS
from pipelines.simulation.experiments import WALK_EFFECT_BPM
from pipelines.simulation.exports import Export, beat_exports, run_exports
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.lives import Life, Places, lives, places
from pipelines.simulation.missing import missing, shown
from pipelines.simulation.roster import SQUAD, members
from pipelines.simulation.said import said, said_exports
from pipelines.simulation.second_exports import second_exports
from pipelines.simulation.watch_exports import experiment_exports, watch_exports, written_exports

GENERATOR_VERSION = 3
"""Another number when the same seed gives other bytes."""

ATHLETE_COUNT, DAY_COUNT = 8, 120


@dataclass(frozen=True, kw_only=True)
class SquadSummary:
    """What was written."""

    squad: str
    athlete_count: int
    file_count: int
    fault_count: int
    damaged_file_count: int
    byte_count: int
    truth: Path


def write_squad(
    inbox: Path,
    *,
    truth: Path,
    seed: int,
    athlete_count: int = ATHLETE_COUNT,
    day_count: int = DAY_COUNT,
    last_date: date,
    progress: Progress = SILENT,
) -> SquadSummary:
    """Writes the exports of a squad over `day_count` days into `inbox`, and what is wrong in them to `truth` (JSON).

    The same arguments give the same bytes and the same modification times.
    """
    squad = lives(seed=seed, squad=members(athlete_count), day_count=day_count, last_date=last_date)
    return write_lives(inbox, squad, truth=truth, progress=progress)


def write_lives(
    inbox: Path, squad: tuple[Life, ...], *, truth: Path, has_seconds: bool = True, progress: Progress = SILENT
) -> SquadSummary:
    """Writes the exports of these lives, with those of second devices and services unless told otherwise."""
    struck = places(squad, faults())
    told: list[dict[str, object]] = []
    seconds: list[dict[str, object]] = []
    damaged: list[dict[str, object]] = []
    file_count = byte_count = 0
    for life in progress.over(squad, label="write exports", total=len(squad), unit="athletes"):
        folder = inbox / life.member.folder
        further = second_exports(life, struck) if has_seconds else ()
        seconds += [{"athlete": life.member.folder, **one.as_json()} for one in further]
        exports = chain(_with_damage(life, _all_exports(life, struck)), ((one.export, None) for one in further))
        for export, damage in exports:
            _write(folder, export)
            file_count, byte_count = file_count + 1, byte_count + len(export.content)
            where = {"athlete": life.member.folder, "path": export.path}
            told += [{**where, **entry} for entry in export.faults]
            kind = "hollow" if export.is_failed else damage
            damaged += [{**where, "kind": kind}] if kind else []
    truth.parent.mkdir(parents=True, exist_ok=True)
    everything = {**_truth(squad, told, damaged), "second_recordings": seconds}
    truth.write_text(json.dumps(everything, indent=1, default=str) + "\n")
    return SquadSummary(
        squad=SQUAD,
        athlete_count=len(squad),
        file_count=file_count,
        fault_count=len(told),
        damaged_file_count=len(damaged),
        byte_count=byte_count,
        truth=truth,
    )


def _all_exports(life: Life, struck: Places) -> Iterator[Export]:
    yield from written_exports(life)
    yield from said_exports(life)
    yield from experiment_exports(life)
    failed = [str(gap.day) for gap in life.gaps if gap.cause == "file_failed"]
    for export in chain(beat_exports(life, struck), run_exports(life, struck), watch_exports(life, struck)):
        is_daily = not export.path.endswith("-monitoring.fit") and not export.faults
        if is_daily and any(day in export.path for day in failed):
            yield replace(export, content=_hollow(export.content), is_failed=True)
        else:
            yield export


def _hollow(content: bytes) -> bytes:
    """What an interrupted copy may leave: the length is right, and all but the last bytes are zeros."""
    tail = sha256(content).digest()
    return bytes(max(0, len(content) - len(tail))) + tail


def _with_damage(life: Life, exports: Iterator[Export]) -> Iterator[tuple[Export, str | None]]:
    """The exports; one of the first athletes has one that is cut off, one a flipped bit, two what is no export."""
    is_due = {0: "unknown", 1: "truncated", 2: "empty", 3: "bit_flipped"}.get(life.index)
    for export in exports:
        is_host = export.path.startswith("activities/") and not export.faults and not export.is_failed
        if is_due in {"truncated", "bit_flipped"} and is_host:
            yield replace(export, content=_spoilt(export.content, is_due)), is_due
            is_due = None
        else:
            yield export, None
        last_s = export.exported_s
    if is_due == "unknown":
        content = b"\x00\x01kettle\x02" + bytes(range(256)) * 4
        yield Export(path="scan-0001.dat", content=content, exported_s=last_s), is_due
    elif is_due == "empty":
        yield Export(path="activities/upload.fit", content=b"", exported_s=last_s), is_due


def _spoilt(content: bytes, damage: str) -> bytes:
    middle = len(content) * 3 // 5
    if damage == "truncated":
        return content[:middle]
    return content[:middle] + bytes((content[middle] ^ 0x10,)) + content[middle + 1 :]


def _write(folder: Path, export: Export) -> None:
    path = folder / export.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export.content)
    os.utime(path, (export.exported_s, export.exported_s))


def _truth(
    squad: tuple[Life, ...],
    told: list[dict[str, object]],
    damaged: list[dict[str, object]],
) -> dict[str, object]:
    """Everything that is known about the squad and cannot be read off its files."""
    changed = [life for life in squad if life.member.new_watch is not None]
    return {
        "generator_version": GENERATOR_VERSION,
        "is_simulated": True,
        "squad": SQUAD,
        "seed": squad[0].seed,
        "day_count": len(squad[0].days.dates),
        "last_date": squad[0].days.dates[-1],
        "athletes": [life.member.folder for life in squad],
        "faults": told,
        "damaged_files": damaged,
        "gaps": [
            {"athlete": life.member.folder, "date": gap.day, "cause": gap.cause, "is_noted": gap.is_noted}
            for life in squad
            for gap in life.gaps
        ],
        "missing": [{"athlete": life.member.folder, **one.as_json()} for life in squad for one in missing(life)],
        "answers": [dict(zip(COLUMNS, row.cells(), strict=True)) for life in squad for row in said(life)],
        "patterns": [{"athlete": life.member.folder, "pattern": name} for life in squad for name in shown(life)],
        "device_changes": [
            {"athlete": life.member.folder, "date": life.days.dates[len(life.days.dates) // 2]} for life in changed
        ],
        "experiments": [
            {
                "athlete": life.member.folder,
                "experiment_id": told.planned.experiment_id,
                "effect_bpm": WALK_EFFECT_BPM if told.done else None,
                "refusal": told.planned.refusal,
            }
            for life in squad
            for told in life.experiments
        ],
        "episodes": [
            {"athlete": life.member.folder, "first": life.episode.first, "last": life.episode.last}
            for life in squad
            if life.episode is not None
        ],
    }
