"""What shows only when all subjects of an athlete are seen together: pairs, clocks, merges, verdicts upon them. Pure.

In this order: which activities could be the same, whose clock is right, what each may be used for on its right day,
and which recording of an activity each purpose is taken from. Every step is an overlay; raw rows stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.quality import clock_labels, merges
from pipelines.quality.activity_pairs import Pair, candidate_pairs, compared
from pipelines.quality.clock_overlay import with_known_clocks
from pipelines.quality.recordings import Recording
from pipelines.quality.same_activity import can_be_same, pair_rows
from pipelines.quality.verdicts import verdicts

VERSION = f"{clock_labels.VERSION}.{merges.VERSION}"
"""Version of the rules on clocks and merges together."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Pairs of activities still to be held against each other, beside those that were."""

    known: pl.DataFrame
    pairs: list[Pair]
    wanted: pl.DataFrame
    """Activities whose records it takes: subject_kind, subject_id, athlete_id."""

    def compared(self, held: Mapping[str, Recording]) -> pl.DataFrame:
        """Every pair with its decision: table activity_pairs."""
        fresh = pair_rows([compared(pair, held) if can_be_same(pair) else pair for pair in self.pairs])
        return pl.concat([self.known, fresh]).sort("activity_id", "other_activity_id")


def pairs_to_compare(tables: Mapping[str, pl.DataFrame], *, touched: pl.Series) -> Comparison:
    """The pairs with a touched activity; all others stand as they are stored in `tables`.

    `tables` holds activities, source_files and activity_pairs of some athletes.
    """
    files = tables["source_files"].select("source_file_id", pl.coalesce("member_path", "path"))
    pairs = candidate_pairs(
        tables["activities"], file_names=dict(files.iter_rows()), least=frozenset(touched.to_list())
    )
    names = tables["activities"]["activity_id"].implode()
    both = [pl.col(name) for name in ("activity_id", "other_activity_id")]
    stands = [column.is_in(names) & ~column.is_in(touched.implode()) for column in both]
    needed = sorted(
        {
            (name, pair.athlete_id)
            for pair in pairs
            if pair.has_records and can_be_same(pair)
            for name in (pair.activity_id, pair.other_activity_id)
        }
    )
    wanted = pl.DataFrame(
        [("activity", name, athlete_id) for name, athlete_id in needed],
        schema={"subject_kind": pl.String, "subject_id": pl.String, "athlete_id": pl.Int32},
        orient="row",
    )
    return Comparison(known=tables["activity_pairs"].filter(*stands), pairs=pairs, wanted=wanted)


def judged_whole(tables: Mapping[str, pl.DataFrame], *, activity_pairs: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Verdicts, clock_doubts, merged_activities and activity_pairs of whole athletes, by the names of their tables."""
    seen = {**tables, "activity_pairs": activity_pairs}
    seen["clock_doubts"] = clock_labels.clock_labels(seen)
    alone = verdicts(with_known_clocks(seen, seen["clock_doubts"]))
    merged = merges.merges(seen, alone)
    return {
        "activity_pairs": activity_pairs,
        "clock_doubts": seen["clock_doubts"],
        "merged_activities": merged,
        "verdicts": merges.counted(alone, merged),
    }
