"""What changed of a value or pattern after it was published, with every cause; and the files that values rest on."""

from collections.abc import Mapping, Sequence
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.warehouse.query import fetched, frame
from wattworth.printing import print_line, shown

Row = Mapping[str, Any]


def restatements_of(con: DuckDBPyConnection, restated_id: str) -> list[dict[str, Any]]:
    """Every restatement of one value or pattern, the first one first. `con` reads the published snapshot."""
    asked = "from mart_restatements where restated_id = ? order by restatement_index"
    return fetched(con.execute(asked, [restated_id])).to_dicts()


def files_of(con: DuckDBPyConnection, observation_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The source files that these values were read from: path, hash, reader and version, and how many values each."""
    return frame(con, "queries/files_of_observations.sql", observation_ids=list(observation_ids)).to_dicts()


def print_restatements(found: Sequence[Row]) -> None:
    """A line for each change, and one for each of its causes; nothing when nothing changed."""
    for row in found:
        print_line(f"changed after it was published: {_side(row, 'old')} → {_side(row, 'new')} {row['unit']}")
        for one in row["causes"]:
            print_line(f"  cause: {one['cause'].replace('_', ' ')}: {one['detail']}")
        if len(row["causes"]) > 1:
            print_line("  all at once: how far each moved it is not known")


def print_files(found: Sequence[Row]) -> None:
    """A line for each file."""
    for row in found:
        count = row["value_count"]
        print_line(
            f"  file {row['source_path']} ({row['source_file_id']}), reader {row['source_format']} "
            f"{row['reader_version']}: {count} {'value' if count == 1 else 'values'}"
        )


def _side(row: Row, side: str) -> str:
    if row[f"{side}_grade"] is None:
        return "none"
    value = "withheld" if row[f"{side}_value"] is None else shown(row[f"{side}_value"])
    on = row["old_date"] if side == "old" and row["old_date"] is not None else row["observed_date"]
    return f"{value} ({row[f'{side}_grade']}, {on})"
