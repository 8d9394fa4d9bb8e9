"""The file of the run history that every event of every run goes into."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, QueuePool, event


class EventLog(ConsolidatedSqliteEventLogStorage):
    """Dagster's one file of events, written through one engine and one connection that is kept until `dispose`.

    Dagster makes both for every statement and compiles it anew: some 1,000 of them in a run. What a run writes is on
    the disk when the file's log is folded back, not event by event: at worst the power fails, and the history lacks
    its last events. The ledger keeps what was done.
    """

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(
            self._conn_string, poolclass=QueuePool, pool_size=1, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        )
        event.listen(engine, "connect", _sync_seldom)
        return engine

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Closes the file and stops watching it."""
        super().dispose()  # type: ignore[no-untyped-call] # of Dagster
        self._engine.dispose()


def _sync_seldom(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("pragma synchronous = normal")  # with a log beside it, the file itself stays whole
