"""Figures of a bench on their way: to a file, and into a home with the page that shows them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from pipelines.proofs.stored import Bench, keep_proof, proof_file
from wattworth.options import located
from wattworth.printing import json_text, print_line

IntoOption = Annotated[Path | None, typer.Option(help="Write the figures to this file as JSON.", show_default=False)]
IntoSiteOption = Annotated[
    bool, typer.Option("--into-site", help="Keep the figures in the home and build the page of them.")
]
FromOption = Annotated[
    Path | None, typer.Option("--from", help="Measure nothing: take the figures of such a file.", show_default=False)
]


def keep(
    figures: Mapping[str, object],
    bench: Bench,
    *,
    into: Path | None,
    into_site: bool,
    home: Path | None,
    is_told: bool = True,
) -> None:
    """Writes the figures where they were asked for; into the site, beside the warehouse, with their page at once.

    Where the page is gets told, unless what is printed is for a program to read.
    """
    if into:
        into.write_text(json_text(figures), encoding="utf-8")
    if not into_site:
        return
    from dashboards.proofs import PAGES  # noqa: PLC0415 - the same
    from dashboards.publish import publish_proof  # noqa: PLC0415 - charts take a second to import: only here

    where = located(home)
    keep_proof(proof_file(where, bench), json_text(figures))
    publish_proof(where)
    if is_told:
        page = where.site / PAGES[bench.name]
        print_line(f"The page is {page}; the analyst's pages link to it from the next run on.")
