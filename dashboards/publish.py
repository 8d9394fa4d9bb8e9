"""Stop 8: publishes the marts, then builds only the pages whose inputs changed."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

import duckdb
import polars as pl

from dashboards import site
from dashboards.costs import cost_line
from dashboards.marts import AthleteMarts, fingerprint, of_squad, read_athletes, read_mart, read_squad
from dashboards.pages.analyst import analyst_page, read_analyst
from dashboards.pages.athlete import athlete_page
from dashboards.pages.coach import coach_page
from dashboards.pages.cost import cost_page, read_costs
from dashboards.pages.index import index_page, squad_rows
from dashboards.pages.proof import proof_page
from dashboards.pages.proof_experiments import experiments_page
from dashboards.pages.proof_list import list_page
from dashboards.proofs import NOTHING_KEPT, PAGES, Proof, read_kept
from dashboards.site import Site
from dashboards.twin import twin_cost
from pipelines.costs.budget import Allowance, read_budget
from pipelines.paths import Home
from pipelines.progress import Progress, StepSummary
from pipelines.proofs.stored import ATTENTION, BENCHES, EXPERIMENTS, QUALITY
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame
from pipelines.warehouse.queue import SUBJECT_SCHEMA, pending, settle
from pipelines.warehouse.snapshot import open_snapshot, publish_snapshot

COST_PAGE = "cost.html"
INDEX_PAGE = "index.html"
PROOF_PAGES = {QUALITY.name: proof_page, ATTENTION.name: list_page, EXPERIMENTS.name: experiments_page}
"""What builds the page of each bench."""


def publish(warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
    """Brings the pages of a squad up to date from the published marts; counts pages built, kept and removed.

    What was queued for publishing leaves the queue only after its pages stand.
    """
    done = pending(warehouse, "publish", squad)
    publish_snapshot(warehouse)
    with open_snapshot(warehouse.home) as con:
        counts = build(con, Site.at(warehouse.home.site), squad, progress)
    nobody = pl.DataFrame(schema=SUBJECT_SCHEMA)
    settle(warehouse, stop="publish", done=done, replace={}, scope=nobody, then={})
    return StepSummary(stop="publish", subject_count=counts["built"], unit="pages", counts=counts)


def publish_closing(warehouse: Warehouse) -> int:
    """Builds the pages that tell of the runs and the rules, cost, proof and analyst, from what was published last.

    Gives the number of pages that were built; one that stands there already, made from the same, is left.
    """
    made = Site.at(warehouse.home.site)
    with open_snapshot(warehouse.home) as con:
        proofs = read_proofs(warehouse.home)
        costs = build_costs(con, made, read_budget(warehouse.home.budget))
        return costs + build_proofs(made, proofs) + build_analyst_pages(con, made, proofs)


def publish_proof(home: Home) -> None:
    """Builds the pages of the figures of benches that this home keeps; the next run links to them."""
    build_proofs(Site.at(home.site), read_proofs(home))


def read_proofs(home: Home) -> tuple[Proof, ...]:
    """What this home keeps of every bench."""
    return tuple(read_kept(home, bench) for bench in BENCHES)


def build_proofs(made: Site, proofs: Sequence[Proof]) -> int:
    """Builds the page of each bench, linked to the others; without figures there is none. Gives how many were built."""
    kept = [one for one in proofs if one.figures is not None]
    for one in proofs:
        if one.figures is None:
            made.drop(one.page)
    if kept:
        made.furnish()
    standing = [one.page for one in kept]
    built = 0
    for one in kept:
        inputs = fingerprint(one.page, site.version(), one.made_from, standing)
        built += made.put(one.page, inputs, partial(PROOF_PAGES[one.bench.name], one, kept))
    made.save()
    return built


def build(con: duckdb.DuckDBPyConnection, made: Site, squad: str, progress: Progress) -> dict[str, int]:
    """Builds the squad's pages and the front page from a connection that has the marts."""
    everyone = read_mart(con, "mart_athletes")
    pages = site.squad_pages(everyone["squad"].unique().to_list())
    removed = made.keep(_belongs(everyone, pages))
    made.furnish()
    athlete_ids = everyone.filter(pl.col("squad") == squad)["athlete_id"].sort().to_list()
    built = 0
    everybody = read_athletes(con, athlete_ids)
    receipts = cache(lambda: frame(con, "queries/receipts_of_observations.sql"))
    for marts in progress.over(everybody, label="Publish", total=len(athlete_ids), unit="pages"):
        built += _build_athlete(made, marts, pages[squad], receipts)
    if athlete_ids:
        built += _build_squad(con, made, squad, pages)
    squads = squad_rows(everyone, read_mart(con, "mart_attention_nights"), read_mart(con, "mart_questions"))
    analyst = site.analyst_pages(pages)
    inputs = fingerprint(INDEX_PAGE, site.version(), squads, sorted(pages.items()))
    built += made.put(INDEX_PAGE, inputs, lambda: index_page(squads, pages, analyst))
    made.save()
    count = len(athlete_ids) + bool(athlete_ids) + 1
    return {"built": built, "kept": count - built, "removed": len(removed)}


def build_costs(con: duckdb.DuckDBPyConnection, made: Site, allowances: tuple[Allowance, ...] = ()) -> bool:
    """Builds the cost page from a connection that has the marts; `allowances` are those of the budget."""
    marts = read_costs(con, allowances)
    made.furnish()
    is_new = made.put(COST_PAGE, fingerprint(COST_PAGE, site.version(), marts), lambda: cost_page(marts))
    made.save()
    return is_new


def build_analyst_pages(con: duckdb.DuckDBPyConnection, made: Site, proofs: Sequence[Proof] = (NOTHING_KEPT,)) -> int:
    """Builds the analyst's page of every squad from a connection that has the marts; gives how many were built."""
    squads = sorted(read_mart(con, "mart_athletes")["squad"].unique().to_list())
    coach, analyst = site.squad_pages(squads), site.analyst_pages(squads)
    made.furnish()
    built = sum(_build_analyst(con, made, squad, (analyst[squad], coach[squad]), proofs) for squad in squads)
    made.save()
    return built


def _build_analyst(
    con: duckdb.DuckDBPyConnection, made: Site, squad: str, pages: tuple[str, str], proofs: Sequence[Proof]
) -> bool:
    marts, (page, coach) = read_analyst(con, squad), pages
    inputs = fingerprint(page, site.version(), marts, coach, [one.made_from for one in proofs])
    return made.put(page, inputs, lambda: analyst_page(marts, coach, proofs))


def _build_athlete(made: Site, marts: AthleteMarts, squad_page: str, receipts: Callable[[], pl.DataFrame]) -> bool:
    """An athlete's page. What its values cost is no input, as on the coach's page."""
    page = site.athlete_page(marts.athlete_id)
    inputs = fingerprint(page, site.version(), marts, squad_page)
    return made.put(page, inputs, lambda: athlete_page(marts, squad_page, receipts()))


def _build_squad(con: duckdb.DuckDBPyConnection, made: Site, squad: str, pages: Mapping[str, str]) -> bool:
    """The coach's page. What it cost is no input: a run that finds nothing new leaves the page as it is."""
    marts = read_squad(con, squad)
    page = pages[squad]
    inputs = fingerprint(page, site.version(), marts)

    def built() -> str:
        return coach_page(
            marts, cost_line(read_mart(con, "mart_ledger"), squad), twin_cost(of_squad(con, "mart_twin", squad))
        )

    return made.put(page, inputs, built)


def _belongs(everyone: pl.DataFrame, pages: Mapping[str, str]) -> Callable[[str], bool]:
    standing = {site.athlete_page(athlete_id) for athlete_id in everyone["athlete_id"]}
    standing |= set(pages.values()) | set(site.analyst_pages(pages).values()) | {COST_PAGE, INDEX_PAGE, *PAGES.values()}
    return lambda page: page in standing
