"""What somebody says, put where the next run finds it: a row in the file of answers in the athlete's own folder."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from pipelines.errors import ConfigurationError
from pipelines.paths import Home
from pipelines.readers.answers_rows import AnswerRow, append_answers
from pipelines.readers.athlete_card import look_at_card
from pipelines.readers.inbox import athlete_folders
from pipelines.readers.wattworth_answers import LONGEST_TEXT


def _on_one_line(param: typer.CallbackParam, text: str) -> str:
    """The words on one line; more of them than their reader takes are refused here, before anything is written."""
    words = " ".join(text.split())
    if len(words) > LONGEST_TEXT:
        raise ConfigurationError(
            doing="reading",
            where=param.opts[0],
            found=f"{len(words):,} characters",
            remedy=f"Say it in at most {LONGEST_TEXT:,}; nothing was written.",
        )
    return words


def _named(param: typer.CallbackParam, author: str) -> str:
    """Who says it, on one line; a row that nobody said would be set aside by its reader."""
    name = _on_one_line(param, author)
    if not name:
        raise ConfigurationError(doing="reading", where="--author", found="it is empty", remedy="Say who says it.")
    return name


AuthorOption = Annotated[str, typer.Option(help="Who says it.", callback=_named)]
TextOption = Annotated[str, typer.Option(help="Words beside it: shown, never interpreted.", callback=_on_one_line)]
TextArgument = Annotated[
    str, typer.Argument(help="The note, in your own words.", show_default=False, callback=_on_one_line)
]
KindOption = Annotated[str, typer.Option(help="Such as illness, travel, injury, plan or other.", callback=_on_one_line)]
SaidOption = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day it is said on; else today there.")
]


def say(home: Home, row: AnswerRow) -> Path:
    """Adds a row about an athlete of the inbox; gives the file. Raises `ConfigurationError` when there is none."""
    return append_answers(folder_of(home, row.athlete), [row])


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


def said_on(home: Home, athlete: str, stated: datetime | None) -> date:
    """The day stated, else today in the athlete's zone; raises `ConfigurationError` for a day that is to come."""
    now = today(home, athlete)
    if stated and stated.date() > now:
        raise ConfigurationError(
            doing="reading", where="--date", found=f"it is {now} there", remedy="Name the day it is said on."
        )
    return stated.date() if stated else now


def today(home: Home, athlete: str) -> date:
    """The date it is in the athlete's zone."""
    zone = ZoneInfo(look_at_card(folder_of(home, athlete)).card.time_zone)
    return datetime.now(UTC).astimezone(zone).date()


def one_of(choices: tuple[str, ...], answer: str) -> str:
    """The answer as files have it; raises `ConfigurationError` naming the choices when it is none of them."""
    written = answer.strip().lower().replace(" ", "_").replace("-", "_")
    if written not in choices:
        raise ConfigurationError(
            doing="reading",
            where=repr(answer),
            found="it is none of the answers there are",
            remedy=f"Say one of: {', '.join(choices)}.",
        )
    return written
