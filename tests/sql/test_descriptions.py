import re
from collections.abc import Iterator

import polars as pl
import pytest

import sql
from pipelines.tables import STREAMS
from pipelines.units import SUFFIXES
from pipelines.warehouse.connect import Connection, connect
from pipelines.warehouse.migrate import migrate
from pipelines.warehouse.query import frame
from pipelines.warehouse.views import make_stream_views, make_views

WORDS = {"s": ("s", "seconds"), "rpm": ("rpm", "strides"), "fraction": ("fraction", "share", "part", "ratio")}
"""What a comment may say for a unit, where the unit itself is not the only word."""
IS_STREAM_VIEW = (pl.col("schema_name") == "main") & pl.col("relation").is_in(STREAMS)
"""Their columns are described in the schema streams."""


@pytest.fixture(scope="module")
def con() -> Iterator[Connection]:
    with connect(":memory:") as con:
        migrate(con)
        make_views(con)
        make_stream_views(con, "nowhere")
        yield con


def _columns(con: Connection) -> list[tuple[str, str, str]]:
    rows = frame(con, "queries/described_columns.sql").filter(~IS_STREAM_VIEW)
    return rows.select("relation", "column_name", "comment").rows()


def test_every_table_and_view_says_what_one_row_is(con: Connection) -> None:
    rows = frame(con, "queries/described_relations.sql").rows()
    streams = {("main", stream) for stream in STREAMS}

    missing = [
        (schema, name)
        for schema, name, comment in rows
        if (schema, name) not in streams and not (comment or "").startswith("One row per ")
    ]
    assert missing == []
    assert len(rows) > 40


def test_every_column_has_a_comment(con: Connection) -> None:
    missing = [(relation, column) for relation, column, comment in _columns(con) if not (comment or "").strip()]

    assert missing == []


def _unit(column: str) -> str | None:
    """The unit the longest fitting suffix of a column names."""
    fitting = [suffix for suffix in SUFFIXES if column.endswith(suffix)]
    return SUFFIXES[max(fitting, key=len)] if fitting else None


def test_the_unit_in_a_column_name_is_the_unit_in_its_comment(con: Connection) -> None:
    differing = []
    for relation, column, comment in _columns(con):
        unit = _unit(column)
        words = WORDS.get(unit or "", (unit or "",))
        if (
            unit
            and unit != "local date"
            and not any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", comment or "") for w in words)
        ):
            differing.append((relation, column, unit, comment))

    assert differing == []


def test_a_comment_that_names_another_unit_would_be_found() -> None:
    assert _unit("duration_s") == "s"
    assert _unit("speed_m_per_s") == "m/s"
    assert _unit("taken_at_utc") == "UTC"
    assert _unit("status") is None


@pytest.mark.parametrize("name", [*sql.names("staging"), *sql.names("marts")])
def test_every_view_file_begins_with_its_grain_and_makes_the_view_of_its_name(name: str) -> None:
    text = sql.statement(name)

    assert text.lower().startswith("-- one row per ")
    assert f"create or replace view {name.rsplit('/', maxsplit=1)[-1].removesuffix('.sql')} as" in text
