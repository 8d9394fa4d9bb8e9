"""`wattworth skipped`: what could not be used, why, and what to do about it."""

import typer

from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_line
from wattworth.skipped_in_words import skipped_line

app = typer.Typer()


@app.command()
def skipped(*, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List the files set aside and the parts of files that were lost. `wattworth run --retry` looks at them again."""
    with open_snapshot(located(home)) as con:
        found = con.sql("from mart_skipped order by all").pl()
    if as_json:
        print_json(found.to_dicts())
    elif found.is_empty():
        print_line("Nothing was set aside.")
    else:
        for row in found.to_dicts():
            print_line(skipped_line(row))
