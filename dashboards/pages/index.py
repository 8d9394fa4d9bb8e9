"""The front page: squads with how complete their data is and what waits there, and the way to the cost page."""

from collections.abc import Mapping

import polars as pl

from dashboards.site import render

TEMPLATE = "index.html.j2"


def squad_rows(athletes: pl.DataFrame, nights: pl.DataFrame, questions: pl.DataFrame) -> pl.DataFrame:
    """One row per squad: its date, how many of its athletes have data on it, what is worth a look and what is asked.

    From rows of mart_athletes, mart_attention_nights and mart_questions; no list of the date is null, not none.
    """
    shown = nights.select("squad", pl.col("night_date").alias("squad_date"), "shown_count")
    asked = (
        questions.filter(pl.col("state") == "open")
        .join(athletes, on="athlete_id")
        .group_by("squad")
        .agg(pl.len().alias("question_count"))
    )
    squads = athletes.group_by("squad").agg(
        pl.len().alias("athlete_count"),
        pl.col("is_simulated").sum().alias("simulated_count"),
        pl.col("squad_date").first(),
        (pl.col("last_data_date") == pl.col("squad_date")).sum().alias("today_count"),
    )
    counted = squads.join(shown, on=["squad", "squad_date"], how="left").join(asked, on="squad", how="left")
    return counted.with_columns(pl.col("question_count").fill_null(0)).sort("squad")


def index_page(squads: pl.DataFrame, pages: Mapping[str, str], analyst_pages: Mapping[str, str]) -> str:
    """The page, from `squad_rows` and the names of each squad's pages."""
    return render(
        TEMPLATE,
        athlete_count=int(squads["athlete_count"].sum()),
        simulated_count=int(squads["simulated_count"].sum()),
        squads=[
            {**row, "name": row["squad"], "page": pages[row["squad"]], "analyst_page": analyst_pages[row["squad"]]}
            for row in squads.to_dicts()
        ],
    )
