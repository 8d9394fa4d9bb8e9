"""Opens the warehouse for the one run that may write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipelines.paths import Home
from pipelines.warehouse.connect import Connection, connect, create
from pipelines.warehouse.lock import run_lock
from pipelines.warehouse.migrate import migrate
from pipelines.warehouse.recovery import recover
from pipelines.warehouse.rewrite import rewrite_if_asked
from pipelines.warehouse.views import make_stream_views, make_views


@dataclass(frozen=True, kw_only=True)
class Warehouse:
    """An open warehouse: where it lies, and the one connection that writes to it."""

    home: Home
    con: Connection


def _say_nothing(_line: str) -> None:
    return


@contextmanager
def open_warehouse(
    home: Home, *, owner: str, wait_s: float = 0.0, say: Callable[[str], None] = _say_nothing
) -> Iterator[Warehouse]:
    """The warehouse under the run lock, with the tables and views of this version and nothing half done in it.

    `owner` names the holder to whoever has to wait; `say` gets the one line that names the holder when this run has
    to wait, up to `wait_s` seconds. Raises `WarehouseBusy` when the lock is still held then, and `WarehouseError`
    when the database cannot be opened or was made by another version.
    """
    with run_lock(home.lock, owner=owner, wait_s=wait_s, say=say):
        rewrite_if_asked(home)
        create(home.database)
        con = connect(home.database)
        try:
            migrate(con)
            make_views(con)
            recover(home, con)
            make_stream_views(con, str(home.streams))
            yield Warehouse(home=home, con=con)
        finally:
            con.close()
        rewrite_if_asked(home)
