"""Recordings of one activity made one: who stands for it, and which of them each purpose is taken from. Pure.

An overlay: every activity stays as it was read. What comes out depends only on the set of activities.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.quality import same_activity
from pipelines.quality.contract import Threshold
from pipelines.quality.fact_frames import wide_facts
from pipelines.tables import conform, empty

VERSION = same_activity.VERSION

CHANNELS = {
    "movement": ("distance", "mean_pace", "splits", "bests"),
    "heart_rate": ("load", "hr_zones"),
    "decoupling": ("decoupling",),
}
"""Purposes by what they are taken from; the first of each decides which recording that is."""
WHOLE = Threshold(
    name="share of the longest",
    number=0.8,
    unit="fraction",
    source="engineering start value: a better part does not stand for the whole",
)
RANKS = {"usable": 0, "not_usable": 1, "not_assessable": 2}
FACTS = ("moving_s", "heart_rate_coverage_fraction", "distance_m")
WORDS = {"movement": "distance and pace", "heart_rate": "heart rate", "decoupling": "decoupling"}


@dataclass(frozen=True, kw_only=True)
class Member:
    """One recording: what it holds, and the verdict and expected error of the deciding purpose of each channel."""

    athlete_id: int
    activity_id: str
    heart_rate_source: str
    movement_s: float
    heart_rate_s: float
    verdicts: Mapping[str, tuple[str, float | None]]

    def verdict(self, channel: str) -> str:
        """Its verdict for the deciding purpose of a channel."""
        return self.verdicts.get(CHANNELS[channel][0], ("not_assessable", None))[0]

    def error(self, channel: str) -> float | None:
        """Its expected error for that purpose, in the purpose's unit; null when not known."""
        return self.verdicts.get(CHANNELS[channel][0], ("not_assessable", None))[1]

    def held_s(self, channel: str) -> float:
        """Time (s) it has of that channel."""
        both = min(self.movement_s, self.heart_rate_s)
        return {"movement": self.movement_s, "heart_rate": self.heart_rate_s}.get(channel, both)


def merges(tables: Mapping[str, pl.DataFrame], verdicts: pl.DataFrame) -> pl.DataFrame:
    """Activities that are one and the same with others: table merged_activities.

    `tables` holds activities, facts, activity_pairs and merge_undos of some athletes, `verdicts` those of every
    activity by itself.
    """
    pairs = tables["activity_pairs"].filter("is_same")
    if pairs.is_empty():
        return empty("merged_activities")
    members = {member.activity_id: member for member in _members(tables, pairs, verdicts)}
    links = {(row["activity_id"], row["other_activity_id"]): row for row in pairs.iter_rows(named=True)}
    kept_apart = set(tables["merge_undos"].select("activity_id", "other_activity_id").iter_rows())
    found = [[members[name] for name in group] for group in groups(list(members), links, kept_apart)]
    rows = [row for group in found for row in _rows(group, links)]
    if not rows:
        return empty("merged_activities")
    return conform(pl.DataFrame(rows, infer_schema_length=None), "merged_activities").sort("activity_id")


def groups(
    names: Sequence[str], same: Collection[tuple[str, str]], kept_apart: Collection[tuple[str, str]]
) -> list[list[str]]:
    """Names that belong together, the fullest first in each; `names` come in order of fullness.

    Each of a group is the same as its first one: a chain of neighbours makes no group. Nothing that a person keeps
    apart from any of a group joins it, and of two sessions of one file only one does.
    """
    neighbours: dict[str, set[str]] = {}
    for one, other in same:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    order = {name: position for position, name in enumerate(names)}
    found: list[list[str]] = []
    taken: set[str] = set()
    for name in names:
        if name in taken:
            continue
        group = [name]
        for other in sorted((neighbours.get(name, set()) & order.keys()) - taken, key=order.__getitem__):
            if not any(_file(other) == _file(member) or pair_key(other, member) in kept_apart for member in group):
                group.append(other)
        if len(group) > 1:
            taken.update(group)
            found.append(group)
    return found


def merge_id(names: Collection[str]) -> str:
    """Twelve hexadecimal digits made from the activities in it."""
    return hashlib.sha256("|".join(sorted(names)).encode()).hexdigest()[:12]


def pair_key(one: str, other: str) -> tuple[str, str]:
    """Two activities in the order pairs of them are stored in."""
    return (one, other) if one < other else (other, one)


def counted(verdicts: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """The verdicts without those of recordings that another one stands for: every activity counts once."""
    if merged.is_empty():
        return verdicts
    parts = []
    for channel, purposes in CHANNELS.items():
        chosen = pl.col(f"is_chosen_for_{channel}")
        stands = pl.when(chosen.any().over("merge_id")).then(chosen).otherwise("is_main")
        parts.append(
            merged.filter(~stands)
            .select(pl.lit("activity").alias("subject_kind"), pl.col("activity_id").alias("subject_id"))
            .join(pl.DataFrame({"purpose": list(purposes)}), how="cross")
        )
    key = ["subject_kind", "subject_id", "purpose"]
    return verdicts.join(pl.concat(parts), on=key, how="anti", maintain_order="left")


def _file(activity_id: str) -> str:
    return activity_id.rsplit(":", 1)[0]


def _members(tables: Mapping[str, pl.DataFrame], pairs: pl.DataFrame, verdicts: pl.DataFrame) -> list[Member]:
    """Activities of the pairs with what they hold, the fullest first: seconds of movement and of heart rate."""
    named = pl.concat([pairs["activity_id"], pairs["other_activity_id"]]).unique()
    held = wide_facts(tables["facts"], "activity", FACTS).rename({"distance_m": "covered_m"})
    rows = (
        tables["activities"]
        .filter(pl.col("activity_id").is_in(named.implode()))
        .join(held, left_on="activity_id", right_on="subject_id", how="left")
        .with_columns(
            pl.when(pl.col("covered_m") > 0).then("moving_s").fill_null(0.0).alias("movement_s"),
            (pl.col("moving_s") * pl.col("heart_rate_coverage_fraction")).fill_null(0.0).alias("heart_rate_s"),
        )
        .sort(
            (pl.col("movement_s") + pl.col("heart_rate_s")).round(0),
            pl.col("elapsed_s").fill_null(0.0),
            "record_count",
            "activity_id",
            descending=[True, True, True, False],
        )
    )
    decided: dict[str, dict[str, tuple[str, float | None]]] = {}
    own = verdicts.filter(pl.col("subject_kind") == "activity", pl.col("subject_id").is_in(named.implode()))
    for name, purpose, verdict, error in own.select("subject_id", "purpose", "verdict", "expected_error").iter_rows():
        decided.setdefault(name, {})[purpose] = (verdict, error)
    columns = ("athlete_id", "activity_id", "heart_rate_source", "movement_s", "heart_rate_s")
    return [
        Member(**row, verdicts=decided.get(row["activity_id"], {}))
        for row in rows.select(columns).iter_rows(named=True)
    ]


def _rows(group: list[Member], links: Mapping[tuple[str, str], Mapping[str, object]]) -> list[dict[str, object]]:
    main = group[0]
    chosen = {channel: _chosen(channel, group) for channel in CHANNELS}
    rows = []
    for member in group:
        link = links.get(pair_key(member.activity_id, main.activity_id), {})
        start_s = float(str(link.get("start_difference_s", 0.0)))
        rows.append(
            {
                "athlete_id": member.athlete_id,
                "merge_id": merge_id([one.activity_id for one in group]),
                "activity_id": member.activity_id,
                "is_main": member is main,
                **{f"is_chosen_for_{channel}": member is one for channel, one in chosen.items()},
                "overlap_fraction": link.get("overlap_fraction", 1.0),
                "start_difference_s": -start_s if link.get("activity_id") == member.activity_id else start_s,
                "distance_difference_fraction": link.get("distance_difference_fraction"),
                "shape_distance_m": link.get("shape_distance_m"),
                "reason": " ".join([_why_in(member, len(group), link), *_why_taken(member, chosen)]),
                "definition_version": VERSION,
            }
        )
    return rows


def _chosen(channel: str, group: list[Member]) -> Member | None:
    """The recording a channel is taken from: whole, usable, by strap, least expected error; null when none has it."""
    longest_s = max(member.held_s(channel) for member in group)

    def rank(member: Member) -> tuple[bool, int, bool, float]:
        error = member.error(channel)
        by_strap = channel != "movement" and member.heart_rate_source == "strap"
        is_part = member.held_s(channel) < WHOLE.number * longest_s
        return is_part, RANKS[member.verdict(channel)], not by_strap, float("inf") if error is None else error

    able = [member for member in group if member.verdict(channel) != "not_assessable"]
    return min(able, key=rank) if able else None


def _why_in(member: Member, count: int, link: Mapping[str, object]) -> str:
    """Why it is in the merge."""
    if not link:
        return f"The fullest of {count} recordings of one activity, with {_held_in_words(member)}."
    return str(link["reason"])


def _why_taken(member: Member, chosen: Mapping[str, Member | None]) -> list[str]:
    """What is taken from it, with what decided, in one sentence; none when nothing is."""
    taken = [
        f"{WORDS[channel]} ({_quality_in_words(channel, member)})" for channel, one in chosen.items() if one is member
    ]
    return [f"Taken from it: {', '.join(taken)}."] if taken else []


def _quality_in_words(channel: str, member: Member) -> str:
    error = member.error(channel)
    shown = None if error is None else f"{error:.0f} bpm" if channel == "heart_rate" else f"{100 * error:.1f} %"
    size = "" if shown is None else f", expected error {shown}"
    sensor = f", {member.heart_rate_source} sensor" if channel == "heart_rate" else ""
    return f"{member.verdict(channel).replace('_', ' ')}{size}{sensor}"


def _held_in_words(member: Member) -> str:
    return f"{member.movement_s / 60:.0f} min of movement and {member.heart_rate_s / 60:.0f} min of heart rate"
