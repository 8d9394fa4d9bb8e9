import duckdb
import polars as pl
import pytest

import sql
from pipelines.warehouse.connect import Connection, connect
from pipelines.warehouse.query import count, frame, transaction


def test_a_statement_that_fails_in_a_transaction_tells_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"bad.sql": "select cast(word as integer) from words", "good.sql": "select word from words"}
    monkeypatch.setattr(sql, "statement", statements.__getitem__)
    words = pl.DataFrame({"word": ["x"]})

    with connect(":memory:") as con:
        con.execute("create table kept (n integer)").fetchall()
        with pytest.raises(duckdb.ConversionException):
            _fail(con, words)
        again = frame(con, "good.sql", words=words)
        views = con.execute("select view_name from duckdb_views() where not internal").fetchall()

        assert count(con, "select count(*) from kept") == 0
        assert again["word"].to_list() == ["x"]
        assert views == []


def _fail(con: Connection, words: pl.DataFrame) -> None:
    with transaction(con, "drop"):
        con.execute("insert into kept values (1)").fetchall()
        frame(con, "bad.sql", words=words)
