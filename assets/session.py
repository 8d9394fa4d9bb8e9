"""One run's hold on the warehouse: the lock, the connection and the meter, opened once and closed in order.

What does not belong here: Dagster, and anything about what a stop does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import polars as pl

from dashboards import site
from dashboards.publish import publish, publish_closing
from pipelines.costs import ledger, run_log
from pipelines.costs.budget import read_budget
from pipelines.costs.factors import known_country, load_factors
from pipelines.costs.meter import Meter, Purpose
from pipelines.costs.receipts import share_done_step, share_step
from pipelines.costs.rule_bench import bench_rules
from pipelines.costs.usage import spent, usage
from pipelines.costs.versions import program_version
from pipelines.models.catalogue import SCHEDULED
from pipelines.observations.observe import definitions_version, observe
from pipelines.observations.rule_rates.measure import version as rates_version
from pipelines.paths import Home
from pipelines.progress import SILENT, Progress, StepSummary
from pipelines.quality.stop import VERSION as JUDGE_VERSION
from pipelines.readers.athlete_card import look_at_card
from pipelines.readers.inbox import athlete_folders
from pipelines.warehouse.intake import readers_version, retry
from pipelines.warehouse.open import Warehouse, open_warehouse
from pipelines.warehouse.query import run
from pipelines.warehouse.snapshot import BEHIND_THE_PAGES, publish_snapshot
from pipelines.warehouse.state import is_published, note_published

Work = Callable[[Warehouse, str, Progress], StepSummary]
Trigger = Literal["command_line", "ui"]

SKIPPED = "from mart_skipped order by all"
"""Every file set aside or lost in part, as it is published."""

NOT_SET_ASIDE = ("partial", "unfinished")
"""Kinds of skipped items that are no file set aside: read in part, or still being written."""


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What a run was asked for beside its squads."""

    models: tuple[str, ...] = ()
    country: str | None = None
    wait_s: float = 0.0
    """How long to wait for another run to let go of the warehouse (s)."""
    process_count: int | None = None
    """How many processes read; null is as many as pay."""
    is_verified: bool = False
    """Whether files known from before are hashed again, too."""
    is_over_budget_ok: bool = False
    """Whether model jobs run that the budget would refuse."""
    asked_by: str = ""
    """Who asked for the run, and by which way; empty when not known."""


@dataclass(kw_only=True)
class RunSession:
    """What the stops of one run share, and what they leave for its report."""

    run_id: str
    squads: tuple[str, ...]
    orders: Orders
    warehouse: Warehouse
    meter: Meter
    progress: Progress
    skipped_before: pl.DataFrame
    """What had been skipped when the run began: rows of `mart_skipped`."""
    summaries: list[tuple[str, StepSummary]] = field(default_factory=list)
    """What each stop did, with its squad, in order."""
    rested: list[str] = field(default_factory=list)
    """Squads for which nothing was new: their later stops were skipped."""
    failure: BaseException | None = None
    """The error that ended a stop, as it was raised: the orchestrator keeps only its text."""
    ending: run_log.Ending | None = None
    """What is still to be billed once the run is closed."""

    @property
    def home(self) -> Home:
        """Where everything lies."""
        return self.warehouse.home

    def stop(self, key: str, work: Work, *, purpose: Purpose, squad: str, attempt: int = 1) -> StepSummary:
        """Do the work of one stop for one squad inside the meter; what it raises is kept and goes on."""
        try:
            with self.meter.step(key, purpose=purpose, partition=squad, attempt=attempt) as entry:
                expected = share_step(self.warehouse, entry.entry_id, key, squad)
                summary = work(self.warehouse, squad, self.progress)
                entry.subject_count = summary.subject_count
                entry.athlete_day_count = summary.athlete_day_count
                share_done_step(self.warehouse, entry.entry_id, key, squad, done=summary, expected_count=expected)
        except BaseException as error:
            self.failure = error
            raise
        self.failure = None
        self.summaries.append((squad, summary))
        return summary

    def rests(self, squad: str) -> bool:
        """Whether the later stops have nothing to do: no model was named, and the pages say all there is."""
        rests = (
            not set(self.orders.models) - {SCHEDULED}
            and site.Site.at(self.home.site).stands()
            and is_published(self.warehouse, squad, made_by=_definitions())
        )
        if rests:
            self.rested.append(squad)
        return rests

    def observe(self, warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
        """The work of the sixth stop, and once a month how often each rule fires on ordinary days."""
        summary = observe(warehouse, squad, progress)
        bench_rules(warehouse, squad, meter=self.meter)
        return summary

    def publish(self, warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
        """The work of the last stop, and a note of what the pages were made from."""
        summary = publish(warehouse, squad, progress)
        note_published(warehouse, squad, made_by=_definitions())
        return summary

    def has_just_published(self) -> bool:
        """Whether the last thing done was to publish: then nothing but the bill was written since."""
        return self.failure is None and bool(self.summaries) and self.summaries[-1][1].stop == "publish"

    def retry(self) -> None:
        """Take up again what earlier runs set aside; what comes of it counts as this run's."""
        for squad in self.squads:
            retry(self.warehouse, squad)
        self.skipped_before = self.warehouse.con.sql(SKIPPED).pl()

    def bound(self, work: Callable[..., StepSummary]) -> Work:
        """The work of a stop that also takes the models asked for and the meter, as any other stop's."""
        orders = self.orders
        return partial(
            work,
            models=orders.models,
            meter=self.meter,
            is_over_budget_ok=orders.is_over_budget_ok,
            asked_by=orders.asked_by,
        )

    def end(self) -> None:
        """File what the process used behind the bill: the last thing a command does."""
        if self.ending is not None:
            self.ending.file()

    def newly_skipped(self) -> pl.DataFrame:
        """The rows of `mart_skipped` that this run added."""
        now = self.warehouse.con.sql(SKIPPED).pl()
        return now.join(self.skipped_before, on=now.columns, how="anti", nulls_equal=True)

    def set_aside(self) -> pl.DataFrame:
        """The files this run set aside: what it skipped whole, for a reason someone can mend."""
        return self.newly_skipped().filter(~pl.col("kind").is_in(NOT_SET_ASIDE))


def _definitions() -> str:
    """Version of all that is made of a squad's files, from recognising them to the words on the pages."""
    made = (readers_version(), JUDGE_VERSION, definitions_version(), rates_version(), site.version())
    return "; ".join(made)


def _say_nothing(_line: str) -> None:
    return


@contextmanager
def open_session(
    home: Home,
    *,
    run_id: str,
    trigger: Trigger,
    squads: tuple[str, ...],
    orders: Orders,
    progress: Progress = SILENT,
    say: Callable[[str], None] = _say_nothing,
) -> Iterator[RunSession]:
    """Take the lock, bill what earlier runs left, hand out the session, and close it whatever happened inside.

    Raises `WarehouseBusy` when another run holds the warehouse for longer than `orders.wait_s`, `ConfigurationError`
    for a budget that is none.
    """
    read_budget(home.budget)  # before anything is spent
    with open_warehouse(home, owner=f"run {run_id}", wait_s=orders.wait_s, say=say) as warehouse:
        load_factors(warehouse)
        ledger.sweep(warehouse)
        run(warehouse.con, "queries/bill_closing.sql")
        meter = Meter(
            home,
            run_id=run_id,
            country=known_country(home.factors, orders.country),
            is_simulated=_any_simulated(home),
            clock=_now,
            con=warehouse.con,
            code_version=program_version(_definitions()),
        )
        session = RunSession(
            run_id=run_id,
            squads=squads,
            orders=orders,
            warehouse=warehouse,
            meter=meter,
            progress=progress,
            skipped_before=warehouse.con.sql(SKIPPED).pl(),
        )
        start = run_log.start(meter, trigger=trigger)
        try:
            yield session
        except BaseException:
            _close(session, start, status="failed")
            raise
        _close(session, start, status="failed" if session.failure else "ok")


def _close(session: RunSession, start: run_log.RunStart, *, status: Literal["ok", "failed"]) -> None:
    """Strike the run's total, then publish it: what publishing it costs is billed when the next run opens.

    So the cost page and the ledger say the same at any time.
    """
    set_aside_count = session.set_aside().height
    struck_at_utc = _now()
    struck = run_log.finish(
        session.warehouse,
        start,
        status="partial" if status == "ok" and set_aside_count else status,
        squads=session.squads,
        summary={
            "set_aside_count": set_aside_count,
            "is_over_budget_ok": session.orders.is_over_budget_ok,
            "stops": [_said(s, summary) for s, summary in session.summaries],
        },
    )
    unfiled = Meter(
        session.home,
        run_id=session.run_id,
        country=session.meter.country,
        is_simulated=session.meter.is_simulated,
        clock=_now,
        code_version=session.meter.code_version,
    )
    begin = usage()
    with unfiled.step(run_log.CLOSING, purpose="publish", partition=""):
        publish_snapshot(session.warehouse, changed=BEHIND_THE_PAGES if session.has_just_published() else None)
        publish_closing(session.warehouse)
    closing = spent(begin, usage())
    session.ending = run_log.Ending(meter=unfiled, struck_at_utc=struck_at_utc, struck=struck, closing=closing)


def _said(squad: str, summary: StepSummary) -> dict[str, object]:
    return {
        "squad": squad,
        "stop": summary.stop,
        "subject_count": summary.subject_count,
        "unit": summary.unit,
        "counts": summary.counts,
    }


def _any_simulated(home: Home) -> bool:
    if not home.inbox.is_dir():
        return False
    return any(look_at_card(folder).card.simulated for folder in athlete_folders(home.inbox))


def _now() -> datetime:
    return datetime.now(UTC)
