"""A merge bears the sport that any of its recordings states."""

from collections.abc import Iterator

import duckdb
import pytest

import sql
from pipelines.quality.sports import UNNAMED


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A merge of three recordings, of which only c and d (in this order) may be given another sport, and one alone."""
    with duckdb.connect() as made:
        for name in ("migrations/0002_raw.sql", "migrations/0003_judged.sql"):
            made.execute(sql.statement(name))
        made.execute(sql.statement("staging/stg_activities.sql"))
        yield made


def _activity(
    con: duckdb.DuckDBPyConnection, name: str, sport: str, sub_sport: str | None, *, main: bool | None
) -> None:
    activity = f"select '{name}' as activity_id, 1 as athlete_id, 'f' as source_file_id, '{sport}' as sport,"
    sub = "null" if sub_sport is None else f"'{sub_sport}'"
    facts = "timestamptz '2026-03-01 06:00:00+00' as start_at_utc, timestamptz '2026-03-01 07:00:00+00' as end_at_utc"
    more = "'utc' as time_basis, date '2026-03-01' as local_date, 'strap' as heart_rate_source, 0 as record_count"
    con.execute(f"insert into activities by name {activity} {sub} as sub_sport, {facts}, {more}")
    if main is not None:
        merged = f"select 1 as athlete_id, 'm' as merge_id, '{name}' as activity_id, {main} as is_main,"
        chosen = ", ".join(f"false as is_chosen_for_{of}" for of in ("movement", "heart_rate", "decoupling"))
        why = "1.0 as overlap_fraction, 0.0 as start_difference_s, 'near' as reason, '1' as definition_version"
        con.execute(f"insert into merged_activities by name {merged} {chosen}, {why}")


def _sports(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str | None]]:
    rows = con.execute("select activity_id, sport, sub_sport from stg_activities").fetchall()
    return {name: (sport, sub_sport) for name, sport, sub_sport in rows}


@pytest.mark.parametrize("word", UNNAMED)
def test_a_sport_that_says_nothing_gives_way_to_the_one_another_recording_states(
    con: duckdb.DuckDBPyConnection, word: str
) -> None:
    _activity(con, "a", word, None, main=True)
    _activity(con, "b", "running", "trail", main=False)

    assert _sports(con) == {"a": ("running", "trail"), "b": ("running", "trail")}


def test_a_stated_sport_stays_beside_another(con: duckdb.DuckDBPyConnection) -> None:
    _activity(con, "a", "hiking", None, main=True)
    _activity(con, "b", "running", "trail", main=False)

    assert _sports(con) == {"a": ("hiking", None), "b": ("running", "trail")}


def test_of_two_stated_sports_the_main_recording_s_is_taken(con: duckdb.DuckDBPyConnection) -> None:
    _activity(con, "a", "walking", None, main=False)
    _activity(con, "b", "generic", None, main=False)
    _activity(con, "c", "hiking", None, main=True)

    assert _sports(con)["b"] == ("hiking", None)


def test_an_activity_by_itself_keeps_what_its_file_says(con: duckdb.DuckDBPyConnection) -> None:
    _activity(con, "a", "generic", None, main=None)
    _activity(con, "b", "running", None, main=False)

    assert _sports(con)["a"] == ("generic", None)
