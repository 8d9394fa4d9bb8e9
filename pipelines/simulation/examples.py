"""A small cut of the generated squad, to look at: two athletes, ten days."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.simulation.lives import lives
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.squad import SquadSummary, write_lives

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
    return write_lives(folder, squad, truth=folder / "truth.json")
