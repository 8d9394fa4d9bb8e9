"""`wattworth sql`: ask the published marts anything, read-only."""

from typing import Annotated

import duckdb
import typer

from pipelines.errors import ConfigurationError
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_table

app = typer.Typer()


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SQL statement, such as: from mart_observations limit 5")],
    *,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Run one statement on the published copy of the marts; nothing can be changed there.

    `show tables` and `describe TABLE` say what there is; --json prints {columns, rows}.
    """
    columns, rows = _answered(query, home)
    if as_json:
        print_json({"columns": columns, "rows": rows})
    else:
        print_table(columns, rows)


def _answered(query: str, home: HomeOption) -> tuple[list[str], list[list[object]]]:
    with open_snapshot(located(home)) as con:
        con.execute("set enable_external_access = false")  # no statement reaches another file, the live one above all
        try:
            found = con.execute(query)
            columns = [name for name, *_ in found.description or []]
            return columns, [list(row) for row in found.fetchall()]
        except duckdb.Error as error:
            raise ConfigurationError(
                doing="running the statement",
                where=repr(query[:80]),
                found=str(error),
                remedy="`wattworth sql 'show tables'` lists the marts.",
            ) from error
