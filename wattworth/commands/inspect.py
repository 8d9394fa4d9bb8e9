"""`wattworth inspect`: what one export holds and what it may be used for, without touching a warehouse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

import typer

from pipelines.errors import ConfigurationError
from pipelines.observations.inspect import inspect_file
from pipelines.readers.inbox import is_ignored
from wattworth.options import JsonOption
from wattworth.printing import complain, print_json, print_line, shown

app = typer.Typer()

READABLE = ("read", "partial")
NOT_READABLE = 2
"""Exit code when any of the files, or any member of an archive, cannot be read."""


@app.command()
def inspect(
    files: Annotated[list[Path], typer.Argument(help="Exports: files, or folders whose files are all inspected.")],
    *,
    as_json: JsonOption = False,
    time_zone: Annotated[str, typer.Option(help="IANA zone that local times without an offset are read in.")] = "UTC",
) -> None:
    """Recognise, read and judge exports where they lie; nothing is stored.

    --json prints one object a line: one per file, or per member of an archive.
    Exit code 0: all can be read. 2: one or more cannot; stderr has a line for each.
    """
    _check_zone(time_zone)
    paths = [path for given in files for path in _within(given)]
    unreadable_count = 0
    for path in paths:
        for inspected in _spoken(path, time_zone, as_json=as_json):
            unreadable_count += inspected["status"] not in READABLE
    if unreadable_count:
        raise typer.Exit(NOT_READABLE)


def _check_zone(time_zone: str) -> None:
    if time_zone not in available_timezones():
        raise ConfigurationError(
            doing="reading",
            where="--time-zone",
            found=f"{time_zone!r} is no IANA time zone",
            remedy="Write one such as Europe/Berlin.",
        )


def _within(given: Path) -> list[Path]:
    """The file itself, or every file below a folder but those that a run passes over, too."""
    if not given.is_dir():
        return [given]
    found = (path for path in sorted(given.rglob("*")) if not path.is_dir())
    paths = [path for path in found if not any(is_ignored(part) for part in path.relative_to(given).parts)]
    if not paths:
        raise ConfigurationError(
            doing="inspecting", where=str(given), found="no file is in this folder", remedy="Name an export."
        )
    return paths


def _spoken(path: Path, time_zone: str, *, as_json: bool) -> Iterator[dict[str, Any]]:
    """Prints each object of one file as it comes."""
    objects: Iterator[dict[str, Any]] = inspect_file(path, time_zone=time_zone)
    for inspected in objects:
        if as_json:
            print_json(inspected, is_one_line=True)
        if inspected["status"] not in READABLE:
            lost = inspected["lost"][0]
            remedy = f". {inspected['remedy']}" if inspected["remedy"] else ""
            complain(f"{inspected['file']}: {inspected['status']}: {lost['why']}{remedy}")
        elif not as_json:
            _print_words(inspected)
        yield inspected


def _print_words(inspected: dict[str, Any]) -> None:
    counts = ", ".join(f"{count} {table}" for table, count in inspected["counts"].items())
    print_line(f"{inspected['file']}: {inspected['format']} ({inspected['status']}): {counts}")
    for lost in inspected["lost"]:
        print_line(f"  lost: {lost['what']} at {lost['where']}: {lost['why']}")
    for activity in inspected["activities"]:
        print_line(f"  activity {activity['start_utc']} {activity['sport']}, {shown(activity['distance_m'])} m")
        _print_judged(activity)
    for series in inspected["beats"]:
        print_line(
            f"  beats {series['start_utc']}: {series['n']} intervals, {len(series['flagged'])} flagged,"
            f" RMSSD {shown(series['rmssd_ms'])} ms ± {shown(series['expected_error_ms'])}, {series['grade']}"
        )
    for night in inspected["nights"]:
        print_line(f"  night {night.get('night_date', '')}")
        _print_judged(night)


def _print_judged(subject: dict[str, Any]) -> None:
    """Verdicts and flags of one subject, a line each."""
    for verdict in subject.get("verdicts", []):
        reasons = f": {shown(verdict['reasons'])}" if verdict.get("reasons") else ""
        print_line(f"    {verdict['purpose']}: {verdict['verdict'].replace('_', ' ')}{reasons}")
    for flag in subject.get("flags", []):
        span = f" from {shown(flag['start_s'])} to {shown(flag['end_s'])} s" if flag["start_s"] is not None else ""
        print_line(f"    {flag['check']} ({flag['severity']}){span}, {flag['n']} rows")
