"""Which worker runs which tests, homes made beforehand, and tables that tests make for people to read.

A file's tests run in one worker, and those of whole runs all in one, so that what they share is made once. What takes
long is begun first, so that no worker is left alone with it.

A test calls `record_property("outcome", "table: line")`; the lines stand under their table, sorted, when all is done,
whichever worker made them.
"""

import gc
import importlib
import shutil
from collections import defaultdict

import pytest
from xdist.scheduler import LoadFileScheduling

from pipelines.paths import home
from pipelines.warehouse.open import open_warehouse

TABLE_OUTCOMES = ("passed", "failed")

LONG_MARKS = ("end_to_end", "orchestrator", "browser", "timeout")
"""Marks of tests that take long: begun in this order, before all others."""
WHOLE_RUNS = tuple(f"tests/end_to_end/test_{name}.py" for name in ("run", "forgotten", "killed", "garmin_account_run"))
"""Files that share the home of one undisturbed run, or the process that runs are forked from."""


class FilesScheduling(LoadFileScheduling):
    """Gives workers whole files, and the files of whole runs as one."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return WHOLE_RUNS[0] if file in WHOLE_RUNS else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False  # in the order below, not by the number of tests
    return FilesScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    def rank(item):
        return next((at for at, mark in enumerate(LONG_MARKS) if item.get_closest_marker(mark)), len(LONG_MARKS))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def with_database(tmp_path_factory):
    """Puts the database of a first opening into a home, since making every table and view anew takes a while."""
    made = home(tmp_path_factory.mktemp("with_database"))
    with open_warehouse(made, owner="test"):
        pass

    def put(into):
        into.database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made.database, into.database)
        return into

    return put


def pytest_collection_finish():
    importlib.import_module("hypothesis")  # it looks for who refers to its sources of chance, which a freeze hides
    gc.freeze()  # thousands of collected tests live to the end: no use in looking through them again and again


def pytest_terminal_summary(terminalreporter):
    tables = defaultdict(set)
    for outcome in TABLE_OUTCOMES:
        for report in terminalreporter.stats.get(outcome, ()):
            for name, told in getattr(report, "user_properties", ()):
                if name == "outcome":
                    table, _, line = told.partition(": ")
                    tables[table].add(line)
    for table, lines in sorted(tables.items()):
        terminalreporter.section(table)
        for line in sorted(lines):
            terminalreporter.write_line(line)
