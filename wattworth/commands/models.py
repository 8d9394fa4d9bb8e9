"""`wattworth models`: the rungs of the model ladder, what each did against naive rivals, and what it cost."""

import typer

from pipelines.errors import WarehouseError
from pipelines.models.catalogue import models as every_model
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_line, print_table

app = typer.Typer()


@app.command()
def models(*, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List the models, cheapest first, and their published results with verdict and cost."""
    rungs = [
        {
            "name": m.name,
            "version": m.version,
            "rung": m.rung,
            "cost_class": m.cost_class,
            "inputs": m.inputs,
            "card": m.card,
        }
        for m in every_model()
    ]
    try:
        with open_snapshot(located(home)) as con:
            results = con.sql("from mart_models order by all").pl().to_dicts()
    except WarehouseError:
        results = []  # nothing was run yet: the ladder itself can still be shown
    if as_json:
        print_json({"rungs": rungs, "results": results})
        return
    print_table(
        ("rung", "name", "cost", "what"),
        [(r["rung"], r["name"], r["cost_class"], str(r["card"]).split("\n")[0]) for r in rungs],
    )
    if not results:
        print_line("No results yet: `wattworth run --models NAME` makes some.")
        return
    columns = (
        "squad",
        "task",
        "model",
        "best_rival",
        "skill_fraction",
        "skill_lower_fraction",
        "skill_upper_fraction",
        "verdict",
        "cpu_s",
    )
    print_table(columns, [[row[column] for column in columns] for row in results])
