"""`wattworth checks`: the rules values are judged by, their thresholds and where those are from."""

import typer

from pipelines.quality.catalogue import checks as every_check
from pipelines.quality.contract import Check
from wattworth.options import JsonOption
from wattworth.printing import print_json, print_table

app = typer.Typer()


@app.command()
def checks(*, as_json: JsonOption = False) -> None:
    """List the checks: what each looks at, what a failure can spoil, and what to do about it."""
    found = every_check()
    if as_json:
        print_json([_described(check) for check in found])
        return
    rows = [(c.name, c.table, c.severity, ", ".join(c.purposes), c.documentation.split("\n\n")[0]) for c in found]
    print_table(("check", "table", "severity", "spoils", "looks for"), rows)


def _described(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "version": check.version,
        "signal": check.signal,
        "subject_kind": check.subject_kind,
        "table": check.table,
        "severity": check.severity,
        "purposes": check.purposes,
        "thresholds": [vars(threshold) for threshold in check.thresholds],
        "consequence": check.consequence,
        "remedy": check.remedy,
        "documentation": check.documentation,
    }
