"""The front page: squads with how complete their data is, and the way to the cost page."""

from collections.abc import Mapping

import polars as pl

from dashboards.site import render

TEMPLATE = "index.html.j2"


def index_page(athletes: pl.DataFrame, pages: Mapping[str, str]) -> str:
    """The page, from rows of mart_athletes and the names of the squads' pages that are built."""
    squads = (
        athletes.group_by("squad")
        .agg(
            pl.len().alias("athlete_count"),
            pl.col("squad_date").first(),
            (pl.col("last_data_date") == pl.col("squad_date")).sum().alias("today_count"),
        )
        .sort("squad")
    )
    return render(
        TEMPLATE,
        athlete_count=athletes.height,
        simulated_count=int(athletes["is_simulated"].sum()),
        squads=[{**row, "name": row["squad"], "page": pages[row["squad"]]} for row in squads.to_dicts()],
    )
