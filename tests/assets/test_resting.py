"""A run that finds nothing new stops behind the first stop, and only then."""

import uuid

import pytest

from assets.run import run_squads
from assets.session import Orders, open_session
from pipelines.paths import Home
from pipelines.warehouse.connect import attach
from pipelines.warehouse.snapshot import BEHIND_THE_PAGES
from pipelines.warehouse.views import packaged_views, resting_on

pytestmark = [pytest.mark.orchestrator, pytest.mark.timeout(180)]

SQUADS = ("Tern Point",)

DIFFERENCES = (
    "select count(*) from ((from {mart} except all from published.{mart})"
    " union all (from published.{mart} except all from {mart}))"
)


@pytest.fixture(scope="module")
def twice(tmp_path_factory, small_inbox):
    """A home that was run twice, with the reports of both runs."""
    home = Home(root=tmp_path_factory.mktemp("resting"), inbox=small_inbox)
    return home, [run_squads(home, SQUADS, orders=Orders()) for _ in range(2)]


def stops(report):
    return [summary.stop for _squad, summary in report.summaries]


@pytest.fixture(scope="module")
def session(twice):
    """A third run of that home, which does nothing."""
    home, _ = twice
    with open_session(home, run_id=str(uuid.uuid4()), trigger="ui", squads=SQUADS, orders=Orders()) as session:
        yield session


@pytest.fixture
def rests(session):
    """Whether a run of these models would rest."""

    def ask(*models):
        session.orders = Orders(models=models)
        return session.rests(SQUADS[0])

    return ask


def test_the_second_run_rests_behind_the_first_stop_and_says_so(twice):
    _, (first, second) = twice

    assert stops(first)[-1] == "publish"
    assert first.rested == ()
    assert stops(second) == ["drop"]
    assert second.rested == SQUADS
    assert second.usable.equals(first.usable)


def test_what_is_published_at_the_end_is_what_the_warehouse_holds(session):
    con = session.warehouse.con
    bill = resting_on(BEHIND_THE_PAGES)

    attach(con, session.home.snapshot, "published")
    marts = [view for view in packaged_views() if view.startswith("mart_") and view not in bill]
    counts = {mart: con.sql(DIFFERENCES.format(mart=mart)).fetchone() for mart in marts}
    con.execute("detach published")

    assert counts == dict.fromkeys(marts, (0,))
    assert {"mart_athletes", "mart_verdicts", "mart_observations", "mart_patterns"} <= set(marts)


def test_a_model_asked_for_is_work(rests):
    assert (rests(), rests("ridge")) == (True, False)
    assert rests("scheduled")
    assert not rests("scheduled", "ridge")


def test_a_page_that_is_gone_is_work(twice, rests):
    home, _ = twice
    page = home.site / "index.html"
    text = page.read_bytes()

    page.unlink()
    gone = rests()
    page.write_bytes(text)

    assert (gone, rests()) == (False, True)
