"""`wattworth answer`: what was the matter on days without data; the next run takes it in."""

from typing import Annotated, Any

import typer

from pipelines.errors import ConfigurationError
from pipelines.paths import Home
from pipelines.readers.answers_rows import AnswerRow
from pipelines.readers.wattworth_answers import CHOICES
from pipelines.warehouse.query import fetched
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, InboxOption, JsonOption, located
from wattworth.printing import print_json, print_line
from wattworth.said import AuthorOption, SaidOption, TextOption, one_of, said_on, say

app = typer.Typer()

QUESTIONS = "from mart_questions order by state <> 'open', is_folded, end_date desc, question_id"


@app.command()
def answer(
    question: Annotated[str | None, typer.Argument(help="Its id; without it the open questions are listed.")] = None,
    reply: Annotated[str | None, typer.Argument(metavar="[ANSWER]", help=f"One of {', '.join(CHOICES)}.")] = None,
    *,
    author: AuthorOption = "athlete",
    text: TextOption = "",
    on: SaidOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Answer a question about days without data, or list those that are open. A later answer takes an earlier's place.

    The answer is a row of wattworth-answers.csv in the athlete's folder, with author and date.
    """
    where = located(home, inbox)
    asked = _asked(where)
    if question is None:
        _print_open(asked, as_json=as_json)
        return
    found = next((row for row in asked if row["question_id"] == question), None)
    if found is None or reply is None:
        raise ConfigurationError(
            doing="answering",
            where=question,
            found="no such question was asked" if found is None else "there is no answer",
            remedy=f"`wattworth answer` lists the open ones; answer with one of: {', '.join(CHOICES)}.",
        )
    chosen = one_of(CHOICES, reply)
    row = AnswerRow(
        kind="question",
        id=question,
        athlete=found["folder"],
        about_date=found["start_date"],
        answer=chosen,
        text=text,
        author=author,
        said_on=said_on(where, found["folder"], on),
    )
    say(where, row)
    print_line(f"{found['words']} {chosen.replace('_', ' ')}, says {author}: the next `wattworth run` takes it in.")


def _asked(where: Home) -> list[dict[str, Any]]:
    with open_snapshot(where) as con:
        return fetched(con.execute(QUESTIONS)).to_dicts()


def _print_open(asked: list[dict[str, Any]], *, as_json: bool) -> None:
    is_open = [row for row in asked if row["state"] == "open"]
    if as_json:
        print_json(asked)
        return
    if not is_open:
        print_line("No question is open.")
    for row in is_open:
        aside = "  (older: folded on the pages)" if row["is_folded"] else ""
        print_line(f"{row['question_id']}  {row['folder']}: {row['words']}{aside}")
    if is_open:
        print_line(f"Answers: {', '.join(CHOICES)}.")
