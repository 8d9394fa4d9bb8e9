"""`wattworth note`: put a note beside an athlete's exports; the next run takes it in."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from pipelines.errors import ConfigurationError
from pipelines.paths import Home
from pipelines.readers.athlete_card import look_at_card
from pipelines.readers.inbox import athlete_folders
from wattworth.options import HomeOption, InboxOption, located
from wattworth.printing import print_line

app = typer.Typer()

NOTES_NAME = "notes.csv"
COLUMNS = ("date", "author", "kind", "note")


@app.command()
def note(
    athlete: Annotated[str, typer.Argument(help="Name of the athlete's folder in the inbox.")],
    text: Annotated[str, typer.Argument(help="The note, in your own words.")],
    *,
    kind: Annotated[str, typer.Option(help="Such as illness, travel, injury, plan or other.")] = "other",
    author: Annotated[str, typer.Option(help="Who writes it.")] = "coach",
    on: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day; else today there.")] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Append a note to notes.csv in the athlete's folder. Notes are shown on the pages, never interpreted."""
    folder = folder_of(located(home, inbox), athlete)
    day = on.date() if on else _today(folder)
    words = " ".join(text.split())
    if not words:
        raise ConfigurationError(doing="adding", where="the note", found="it is empty", remedy="Write what happened.")
    path = folder / NOTES_NAME
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(COLUMNS)
        writer.writerow((day.isoformat(), author, kind, words))
    print_line(f"Noted for {athlete} on {day}: the next `wattworth run` shows it.")


def folder_of(home: Home, athlete: str) -> Path:
    """The athlete's folder in the inbox; raises `ConfigurationError` naming those there are."""
    folders = {folder.name: folder for folder in athlete_folders(home.inbox)}
    if athlete not in folders:
        raise ConfigurationError(
            doing="looking for the athlete",
            where=repr(athlete),
            found=f"no such folder in {home.inbox}",
            remedy=f"Name one of: {', '.join(folders)}." if folders else "The inbox is empty.",
        )
    return folders[athlete]


def _today(folder: Path) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(look_at_card(folder).card.time_zone)).date()
