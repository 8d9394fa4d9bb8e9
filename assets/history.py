"""The file of the run history that every event of every run goes into."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, NullPool


class EventLog(ConsolidatedSqliteEventLogStorage):
    """Dagster's one file of events, written through one engine, which compiles each kind of statement once.

    Dagster makes an engine for every event and compiles its statements anew: some 1,000 of both in a run of two
    athletes. Connections still live no longer than a statement, so that nothing of the file is held open.
    """

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(
            self._conn_string, poolclass=NullPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        )

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection
