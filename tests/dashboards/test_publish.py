"""The stop as a run calls it, on a warehouse of its own."""

import polars as pl
import pytest

from dashboards.publish import publish, publish_closing
from pipelines.costs.factors import load_factors
from pipelines.errors import WarehouseError
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.queue import enqueue, pending


@pytest.fixture
def warehouse(tmp_path, at_home, with_database):
    with open_warehouse(with_database(home(tmp_path)), owner="test") as warehouse:
        at_home(warehouse.con)
        yield warehouse


def test_publishing_builds_the_pages_and_empties_the_queue(warehouse):
    subject = {"subject_kind": "athlete", "subject_id": "1", "athlete_id": 1}
    enqueue(warehouse, "publish", pl.DataFrame([subject], schema_overrides={"athlete_id": pl.Int32}))

    summary = publish(warehouse, "Road", SILENT)

    assert (summary.stop, summary.subject_count, summary.unit) == ("publish", 3, "pages")
    assert (warehouse.home.site / "coach-road.html").is_file()
    assert pending(warehouse, "publish", "Road").is_empty()
    assert publish(warehouse, "Road", SILENT).counts == {"built": 0, "kept": 3, "removed": 0}


def test_the_pages_show_the_published_marts_not_the_live_tables(warehouse):
    publish(warehouse, "Road", SILENT)
    load_factors(warehouse)

    publish_closing(warehouse)

    assert "No published figures are loaded." in (warehouse.home.site / "cost.html").read_text()


def test_costs_before_anything_was_published_are_an_error_with_a_remedy(warehouse):
    with pytest.raises(WarehouseError, match="wattworth run"):
        publish_closing(warehouse)


def test_a_squad_without_athletes_leaves_a_front_page(warehouse):
    summary = publish(warehouse, "Nobody", SILENT)

    assert summary.counts == {"built": 1, "kept": 0, "removed": 0}
