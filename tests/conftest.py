"""Tables that tests make for people to read, printed when all is done, whichever worker made them.

A test calls `record_property("outcome", "table: line")`; the lines stand under their table, sorted.
"""

from collections import defaultdict

TABLE_OUTCOMES = ("passed", "failed")


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
