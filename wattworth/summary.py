"""What a run did, as a person reads it.

What does not belong here: how anything was found out.
"""

from collections import defaultdict

import polars as pl

from assets.run import RunReport
from pipelines.costs.statement import ledger_json, sentence
from pipelines.paths import Home
from pipelines.progress import StepSummary
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.printing import print_line, print_table, shown
from wattworth.skipped_in_words import skipped_line

LARGEST_LIST = 20
"""Lines of what was skipped that are printed; `wattworth skipped` has them all."""

LIKE_IT = 3
"""Files set aside for one and the same reason that are named; the others are counted."""


def print_summary(report: RunReport, where: Home) -> None:
    """What came in, what was set aside and why, what is usable for what, what it cost, and where the pages are."""
    print_line()
    for line in stop_lines(report.summaries):
        print_line(line)
    if report.rested:
        print_line(
            f"Nothing new for {', '.join(report.rested)}: the later stops rested and the pages stand as they were."
        )
    _print_skipped(report)
    _print_usable(report.usable)
    with open_snapshot(where) as con:
        totals = ledger_json(con, run_id=report.run_id)["totals"]
    country = "" if totals["ci_zone"] else " (--country states one)"
    print_line(f"Cost of this run: {shown(totals['cpu_s'])} CPU-s; {sentence(totals)}{country}.")
    print_line("Closing it is billed with the next run.")
    print_line(f"Pages: {report.pages / 'index.html'}")


def stop_lines(summaries: tuple[tuple[str, StepSummary], ...]) -> list[str]:
    """One line per stop, all squads added up, such as "read: 12 files (read 11, partial 1)"."""
    by_stop: dict[str, list[StepSummary]] = defaultdict(list)
    for _squad, summary in summaries:
        by_stop[summary.stop].append(summary)
    lines = []
    for stop, found in by_stop.items():
        counts: dict[str, int] = defaultdict(int)
        for summary in found:
            for name, count in summary.counts.items():
                counts[name] += count
        told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count)
        total = sum(summary.subject_count for summary in found)
        lines.append(f"{stop + ':':<11}{total} {found[0].unit}" + (f" ({told})" if told else ""))
    return lines


def _print_skipped(report: RunReport) -> None:
    if report.skipped.is_empty():
        return
    print_line()
    print_line(f"Not used, or only in part ({report.set_aside.height} files set aside):")
    lines = skipped_lines(report.skipped)
    for line in lines[:LARGEST_LIST]:
        print_line(f"  {line}")
    if len(lines) > LARGEST_LIST:
        print_line(f"  and {len(lines) - LARGEST_LIST} other reasons: `wattworth skipped` lists everything")


def skipped_lines(skipped: pl.DataFrame) -> list[str]:
    """A line for each of the first files with one reason, and one for how many more there are of it.

    `skipped` are rows of mart_skipped; reasons come in the order of their first file.
    """
    lines: list[str] = []
    for rows in skipped.partition_by("kind", "why", "remedy", maintain_order=True):
        lines += [skipped_line(row) for row in rows.head(LIKE_IT).to_dicts()]
        if rows.height > LIKE_IT:
            lines.append(f"and {rows.height - LIKE_IT} more like it: `wattworth skipped` lists them")
    return lines


def _print_usable(usable: pl.DataFrame) -> None:
    if usable.is_empty():
        return
    wide = usable.pivot("verdict", index="purpose", values="subject_count").fill_null(0)
    verdicts = ("usable", "not_usable", "not_assessable")
    present = [verdict if verdict in wide.columns else None for verdict in verdicts]
    rows = [
        [row["purpose"], *[row[verdict] if verdict else 0 for verdict in present]]
        for row in wide.sort("purpose").to_dicts()
    ]
    print_table(("purpose", "usable", "not usable", "not assessable"), rows)
