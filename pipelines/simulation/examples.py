"""A small cut of the generated squad, to look at: two athletes, ten days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.simulation.account_exports import account_exports
from pipelines.simulation.apple_exports import apple_exports
from pipelines.simulation.exports import Export
from pipelines.simulation.garmin_fitbit_exports import fitbit_exports, garmin_account_exports, garmin_service_exports
from pipelines.simulation.lives import Life, lives
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.squad import SquadSummary, write_lives
from pipelines.simulation.track_exports import track_exports

EXAMPLE_SEED = 11
EXAMPLE_DAYS = 10
EXAMPLE_LAST_DATE = date(2026, 11, 15)
EXAMPLE_FOLDERS = ("edda-noor", "cleo-marvane")
"""One athlete with mornings by strap, one whose watch measures at night."""


def write_examples(folder: Path) -> SquadSummary:
    """Writes their exports below `folder`, and truth.json beside them: always the same bytes."""
    chosen = tuple(
        replace(member, blocks=(), is_short_of_sleep=False)
        for name in EXAMPLE_FOLDERS
        for member in ROSTER
        if member.folder == name
    )
    squad = lives(seed=EXAMPLE_SEED, squad=chosen, day_count=EXAMPLE_DAYS, last_date=EXAMPLE_LAST_DATE)
    summary = write_lives(folder, squad, truth=folder / "truth.json", has_seconds=False)
    for life in squad:
        for export in vendor_examples(life):
            path = folder / life.member.folder / export.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(export.content)
    return summary


def vendor_examples(life: Life) -> Iterator[Export]:
    """What platforms give out of an athlete's devices: Apple, Fitbit, WHOOP, Oura, Strava; or Garmin's and tracks."""
    if life.member.morning is not None:
        yield from apple_exports(life)
        yield from fitbit_exports(life)
        yield from account_exports(life)
    else:
        yield from garmin_account_exports(life)
        yield from garmin_service_exports(life)
        yield from track_exports(life)
