"""SQL is the only place a table is described, and no page reads a raw value."""

import ast
import re
from pathlib import Path

import duckdb
import pytest

import sql
from pipelines.units import SUFFIXES
from pipelines.warehouse.views import packaged_views

REPOSITORY = Path(__file__).resolve().parents[2]
RAW = {"activities", "laps", "pauses", "beat_series", "nights", "sleep_stages", "daily_values", "hrv_epochs"}
STREAMS = {"records", "beats", "heart_rates"}
IDENTITY_ONLY = re.compile(r"(_id|_date|_at_utc|_index|_kind|_count|_utc_offset_s)$")
IDENTITY_WORDS = {
    "kind",
    "metric",
    "method",
    "sport",
    "sub_sport",
    "reading",
    "time_basis",
    "heart_rate_source",
    "is_main",
    "firmware",
    "utc_offset_s",
    "resolution_ms",
}
READS = re.compile(r"\b(?:from|join)\s+([a-z_][a-z_0-9.]*)", re.IGNORECASE)


@pytest.fixture(scope="module")
def described():
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for name in sql.names("migrations"):
            con.execute(sql.statement(name))
        for view in packaged_views().values():
            con.execute(view)
        relations = con.execute(sql.statement("queries/described_relations.sql")).fetchall()
        columns = con.execute(sql.statement("queries/described_columns.sql")).fetchall()
    return relations, columns


def _relations_read(name):
    text = re.sub(r"--.*", "", sql.statement(name))
    local = set(re.findall(r"\b([a-z_0-9]+)\s+as\s+(?:materialized\s+)?\(", text))
    return {relation.split(".")[-1] for relation in READS.findall(text)} - local


@pytest.mark.parametrize("name", sql.names("marts"))
def test_a_mart_reads_no_raw_values(name):
    raw = _relations_read(name) & (RAW | STREAMS)

    assert not raw, f"{name} reads {sorted(raw)}: read observations or verdicts, or identity from a stg_ view"


@pytest.mark.parametrize("name", sql.names("staging"))
def test_a_staging_view_over_raw_tables_shows_identity_only(name, described):
    if not _relations_read(name) & (RAW | STREAMS):
        return
    view = Path(name).stem
    shown = [column for _, relation, column, _, _ in described[1] if relation == view]

    measured = [c for c in shown if not IDENTITY_ONLY.search(c) and c not in IDENTITY_WORDS]

    assert shown
    assert not measured, f"{view} shows {measured}: a measured value travels only with its verdict"


def test_every_table_view_and_column_is_described(described):
    relations, columns = described

    silent = [relation for _, relation, comment in relations if not comment]
    silent += [f"{relation}.{column}" for _, relation, column, _, comment in columns if not comment]

    assert not silent, f"write `comment on` with meaning and unit for {silent}"


def test_a_column_comment_names_the_unit_of_its_suffix(described):
    longest_first = sorted(SUFFIXES, key=len, reverse=True)
    wrong = []
    for _, relation, column, data_type, comment in described[1]:
        suffix = next((s for s in longest_first if column.endswith(s)), None)
        if suffix in {None, "_date", "_fraction"} or data_type == "VARCHAR":
            continue
        unit = SUFFIXES[suffix]
        if unit not in (comment or ""):
            wrong.append(f"{relation}.{column}: its comment lacks {unit!r}")

    assert not wrong


def test_python_holds_no_sql_longer_than_one_line():
    found = []
    for path in sorted(REPOSITORY.glob("*/**/*.py")):
        if path.parts[len(REPOSITORY.parts)] not in {"wattworth", "pipelines", "assets", "dashboards"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if "\n" in text and re.search(r"^\s*(select|insert|create|delete|with)\b.*", text.lower().strip()):
                found.append(f"{path.relative_to(REPOSITORY)}:{node.lineno}")

    assert not found, f"move it to sql/queries: {found}"
