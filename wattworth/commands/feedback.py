"""`wattworth feedback`: whether what was shown was worth it, and how often each rule's rows were."""

from typing import Annotated, Any

import typer

from pipelines.errors import ConfigurationError
from pipelines.paths import Home
from pipelines.readers.answers_rows import AnswerRow
from pipelines.readers.wattworth_answers import VERDICTS
from pipelines.warehouse.query import fetched, frame
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, InboxOption, JsonOption, located
from wattworth.printing import print_json, print_line, print_table
from wattworth.said import AuthorOption, SaidOption, TextOption, one_of, said_on, say

app = typer.Typer()

PRECISION = "from mart_rule_precision order by shown_by desc, judged_count desc, rule, squad"
COLUMNS = ("rule", "shown by", "squad", "shown", "judged", "useful", "knew", "not useful", "wrong", "so (95 %)")


@app.command()
def feedback(
    row: Annotated[str | None, typer.Argument(help="Id of a row of the coach's page.")] = None,
    verdict: Annotated[str | None, typer.Argument(help=f"One of {', '.join(VERDICTS)}.")] = None,
    *,
    is_list: Annotated[bool, typer.Option("--list", help="How often each rule's rows were so, by verdicts.")] = False,
    author: AuthorOption = "coach",
    text: TextOption = "",
    on: SaidOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
) -> None:
    """Say of a row of the coach's page whether it was worth it, or list what such verdicts make of each rule.

    The verdict is a row of wattworth-answers.csv in the athlete's folder; a later one takes an earlier's place.
    """
    where = located(home, inbox)
    if is_list or row is None:
        _print_precision(where, as_json=as_json)
        return
    with open_snapshot(where) as con:
        found = frame(con, "queries/shown_row.sql", shown_id=row).to_dicts()
    if not found or verdict is None:
        raise ConfigurationError(
            doing="giving a verdict on",
            where=row,
            found="no such row was listed" if not found else "there is no verdict",
            remedy=f"Take the id from the coach's page; say one of: {', '.join(VERDICTS)}.",
        )
    chosen = one_of(VERDICTS, verdict)
    folder = found[0]["folder"]
    say(
        where,
        AnswerRow(
            kind="feedback",
            id=row,
            athlete=folder,
            about_date=found[0]["night_date"],
            answer=chosen,
            text=text,
            author=author,
            said_on=said_on(where, folder, on),
        ),
    )
    print_line(f"{row} ({folder}): {chosen.replace('_', ' ')}, says {author}: the next `wattworth run` takes it in.")


def _print_precision(where: Home, *, as_json: bool) -> None:
    with open_snapshot(where) as con:
        rows = fetched(con.execute(PRECISION)).to_dicts()
    if as_json:
        print_json(rows)
        return
    if not rows:
        print_line("No row was shown yet.")
        return
    print_table(COLUMNS, [_cells(one) for one in rows])
    print_line("So: useful or known already. Rows that chance showed from below the line stand apart: they are what a")
    print_line("rule's rows are worth without being chosen, and are never added to the others.")


def _cells(row: dict[str, Any]) -> tuple[object, ...]:
    names = ("shown_count", "judged_count", "useful_count", "knew_already_count", "not_useful_count", "wrong_count")
    return (row["rule"], row["shown_by"], row["squad"], *(row[name] for name in names), precision_words(row))


def precision_words(row: dict[str, Any]) -> str:
    """The share with its interval in words, such as "75 % (30 to 95)"; not known without a verdict."""
    if row["precision_fraction"] is None:
        return "not known"
    share, lower, upper = (100 * row[name] for name in ("precision_fraction", "lower_fraction", "upper_fraction"))
    return f"{share:.0f} % ({lower:.0f} to {upper:.0f})"
