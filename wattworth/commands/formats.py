"""`wattworth formats`: the exports that can be read, and how sure we are of each layout."""

import typer

from pipelines.readers.catalogue import readers
from wattworth.options import JsonOption
from wattworth.printing import print_json, print_table

app = typer.Typer()

FIELDS = ("name", "version", "label", "tables", "reads", "passes_over", "certainty")


@app.command()
def formats(*, as_json: JsonOption = False) -> None:
    """List the formats of exports, what is read from each and what is passed over."""
    found = [{field: getattr(reader, field) for field in FIELDS} for reader in readers()]
    if as_json:
        print_json(found)
    else:
        print_table(
            ("name", "export", "reads", "certainty"),
            [(r["name"], r["label"], r["reads"], r["certainty"]) for r in found],
        )
