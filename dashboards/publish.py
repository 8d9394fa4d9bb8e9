"""Stop 8: publishes the marts, then builds only the pages whose inputs changed."""

from collections.abc import Callable, Mapping
from functools import cache

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
from dashboards.pages.proof import NOTHING_KEPT, Proof, proof_page, read_kept
from dashboards.site import Site
from dashboards.twin import twin_cost
from pipelines.costs.budget import Allowance, read_budget
from pipelines.paths import Home
from pipelines.progress import Progress, StepSummary
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame
from pipelines.warehouse.queue import SUBJECT_SCHEMA, pending, settle
from pipelines.warehouse.snapshot import open_snapshot, publish_snapshot

COST_PAGE = "cost.html"
PROOF_PAGE = "proof.html"
INDEX_PAGE = "index.html"


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
        proof = read_kept(warehouse.home)
        costs = build_costs(con, made, read_budget(warehouse.home.budget))
        return costs + build_proof(made, proof) + build_analyst_pages(con, made, proof)


def publish_proof(home: Home) -> None:
    """Builds the page of the figures of the bench that this home keeps; the next run links to it."""
    build_proof(Site.at(home.site), read_kept(home))


def build_proof(made: Site, proof: Proof) -> bool:
    """Builds the page of the bench; without figures there is none."""
    if proof.figures is None:
        made.drop(PROOF_PAGE)
        made.save()
        return False
    made.furnish()
    inputs = fingerprint(PROOF_PAGE, site.version(), proof.made_from)
    is_new = made.put(PROOF_PAGE, inputs, lambda: proof_page(proof))
    made.save()
    return is_new


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


def build_analyst_pages(con: duckdb.DuckDBPyConnection, made: Site, proof: Proof = NOTHING_KEPT) -> int:
    """Builds the analyst's page of every squad from a connection that has the marts; gives how many were built."""
    squads = sorted(read_mart(con, "mart_athletes")["squad"].unique().to_list())
    coach, analyst = site.squad_pages(squads), site.analyst_pages(squads)
    made.furnish()
    built = sum(_build_analyst(con, made, squad, (analyst[squad], coach[squad]), proof) for squad in squads)
    made.save()
    return built


def _build_analyst(
    con: duckdb.DuckDBPyConnection, made: Site, squad: str, pages: tuple[str, str], proof: Proof
) -> bool:
    marts, (page, coach) = read_analyst(con, squad), pages
    inputs = fingerprint(page, site.version(), marts, coach, proof.made_from)
    return made.put(page, inputs, lambda: analyst_page(marts, coach, proof))


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
    standing |= set(pages.values()) | set(site.analyst_pages(pages).values()) | {COST_PAGE, INDEX_PAGE, PROOF_PAGE}
    return lambda page: page in standing
