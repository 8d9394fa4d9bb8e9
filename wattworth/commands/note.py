"""`wattworth note`: words on an athlete, how hard a day was and how it felt; the next run takes it in."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from pipelines.errors import ConfigurationError
from pipelines.readers.answers_rows import AnswerRow, append_answers
from pipelines.readers.wattworth_answers import SCALES
from wattworth.options import HomeOption, InboxOption, located
from wattworth.printing import print_line
from wattworth.said import AuthorOption, KindOption, TextArgument, folder_of, today

app = typer.Typer()

LEAST, MOST = zip(SCALES["rpe"], SCALES["feel"], strict=True)


@app.command()
def note(
    athlete: Annotated[str, typer.Argument(help="Name of the athlete's folder in the inbox.")],
    text: TextArgument = "",
    *,
    kind: KindOption = "other",
    rpe: Annotated[float | None, typer.Option(min=LEAST[0], max=MOST[0], help="How hard the session was.")] = None,
    feel: Annotated[float | None, typer.Option(min=LEAST[1], max=MOST[1], help="1 very weak to 5 very strong.")] = None,
    author: AuthorOption = "coach",
    on: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day; else today there.")] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Append a note, an exertion or a feel to wattworth-answers.csv in the athlete's folder.

    Notes are shown on the pages, never interpreted.
    """
    where = located(home, inbox)
    folder = folder_of(where, athlete)
    now = today(where, athlete)
    day = on.date() if on else now
    marks = {name: mark for name, mark in (("rpe", rpe), ("feel", feel)) if mark is not None}
    if not text and not marks:
        raise ConfigurationError(doing="adding", where="the note", found="it is empty", remedy="Write what happened.")
    said = AnswerRow(kind="note", athlete=athlete, about_date=day, answer=kind, author=author, said_on=now)
    rows = [replace(said, text=text)] if text else []
    rows += [replace(said, kind=name, answer=f"{mark:g}") for name, mark in marks.items()]
    append_answers(folder, rows)
    print_line(f"Noted for {athlete} on {day}: the next `wattworth run` shows it.")
