"""Steps of a day from several devices: each moment counted by one of them, never added across devices. Pure.

A watch and a phone both count the same steps, and each misses those of the hours it lay on a table. So the day is cut
at every start and end of any device's stretches; in each piece the device that counted most of that day's time is
taken, and another one only where that one counted nothing. Neither the largest total nor one winner of the day.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.tables import conform, empty

VERSION = 1
DAY_S = 86_400
NAMED_DEVICES = 4
"""Devices that the evidence tells one by one."""

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class _Painted:
    """What one device counted in each piece of time: rate (per s, 0 where nothing) and local day (of 1970)."""

    device_id: str
    rate: Numbers
    day: Indices


def daily_sums(interval_sums: pl.DataFrame, athletes: pl.DataFrame) -> pl.DataFrame:
    """One row per athlete, local date and metric: table daily_sums.

    Local days by the offset a stretch states, else by the athlete's zone. A stretch across midnight is shared by
    time. The same stretch in two exports of a device counts once: that of the export which reaches further.
    """
    rows = interval_sums.filter((pl.col("amount") > 0) & (pl.col("end_at_utc") > pl.col("start_at_utc")))
    if rows.is_empty():
        return empty("daily_sums")
    local = _at_midnight(_with_offsets(rows, athletes))
    found = [
        row
        for (athlete_id, metric, unit), own in local.partition_by(
            "athlete_id", "metric", "unit", as_dict=True, maintain_order=True
        ).items()
        for row in _of_athlete(own, {"athlete_id": athlete_id, "metric": metric, "unit": unit})
    ]
    return conform(pl.DataFrame(found, infer_schema_length=None), "daily_sums").sort("athlete_id", "metric", "sum_date")


def _with_offsets(rows: pl.DataFrame, athletes: pl.DataFrame) -> pl.DataFrame:
    """Adds start_s and end_s (s since 1970, UTC), offset_s, and reach: the last end in the file it came from."""
    zoned = rows.join(athletes.select("athlete_id", "time_zone"), on="athlete_id", how="left")
    parts = []
    for (zone,), part in zoned.partition_by("time_zone", as_dict=True, maintain_order=True).items():
        local = pl.col("start_at_utc").dt.convert_time_zone(str(zone))
        home_s = (local.dt.base_utc_offset() + local.dt.dst_offset()).dt.total_seconds()
        parts.append(part.with_columns(pl.coalesce("utc_offset_s", home_s).cast(pl.Int64).alias("offset_s")))
    return pl.concat(parts).with_columns(
        (pl.col("start_at_utc").dt.epoch("us") / 1e6).alias("start_s"),
        (pl.col("end_at_utc").dt.epoch("us") / 1e6).alias("end_s"),
        pl.col("end_at_utc").max().over("source_file_id").alias("reach"),
    )


def _at_midnight(rows: pl.DataFrame) -> pl.DataFrame:
    """The stretches cut at local midnights, with the rate (per s) and the local day of each piece."""
    first = ((pl.col("start_s") + pl.col("offset_s")) // DAY_S).cast(pl.Int64)
    last = -((-(pl.col("end_s") + pl.col("offset_s"))) // DAY_S).cast(pl.Int64)
    cut = rows.with_columns(
        (pl.col("amount") / (pl.col("end_s") - pl.col("start_s"))).alias("rate"),
        pl.int_ranges(first, last).alias("day"),
    ).explode("day", empty_as_null=True)
    midnight_s = pl.col("day") * DAY_S - pl.col("offset_s")
    return cut.with_columns(
        pl.max_horizontal("start_s", midnight_s).alias("start_s"),
        pl.min_horizontal("end_s", midnight_s + DAY_S).alias("end_s"),
    ).sort("athlete_id", "metric", "device_id", "reach", "source_file_id", "start_s", "end_s")


def _of_athlete(rows: pl.DataFrame, head: Mapping[str, object]) -> list[dict[str, object]]:
    edges_s = np.unique(np.concatenate([rows["start_s"].to_numpy(), rows["end_s"].to_numpy()]))
    length_s = np.diff(edges_s)
    painted = [
        _painted(str(device_id), own, edges_s)
        for (device_id,), own in rows.partition_by("device_id", as_dict=True, maintain_order=True).items()
    ]
    days = rows["day"].unique().sort().to_list()
    order = {day: position for position, day in enumerate(days)}
    held, counted = np.zeros((len(painted), len(days))), np.zeros((len(painted), len(days)))
    for number, device in enumerate(painted):
        on = np.flatnonzero(device.rate)
        positions = np.array([order[day] for day in device.day[on].tolist()], dtype=np.int64)
        np.add.at(held[number], positions, length_s[on])
        np.add.at(counted[number], positions, device.rate[on] * length_s[on])
    taken_s, taken = _taken(painted, length_s, order, held)
    return [
        _row(head, day, [device.device_id for device in painted], position, (counted, taken_s, taken))
        for day, position in order.items()
    ]


def _painted(device_id: str, rows: pl.DataFrame, edges_s: Numbers) -> _Painted:
    """The stretches of one device over the pieces; of two that overlap, that of the later export."""
    rate, day = np.zeros(len(edges_s) - 1), np.zeros(len(edges_s) - 1, dtype=np.int64)
    begins = np.searchsorted(edges_s, rows["start_s"].to_numpy()).tolist()
    ends = np.searchsorted(edges_s, rows["end_s"].to_numpy()).tolist()
    for begin, end, per_s, on in zip(begins, ends, rows["rate"].to_list(), rows["day"].to_list(), strict=True):
        rate[begin:end], day[begin:end] = per_s, on
    return _Painted(device_id=device_id, rate=rate, day=day)


def _taken(
    painted: list[_Painted], length_s: Numbers, order: Mapping[int, int], held: Numbers
) -> tuple[Numbers, Numbers]:
    """Time (s) and amount taken from each device on each day: of each piece the day's first device that counted."""
    rank = np.argsort(np.argsort(-held, axis=0, kind="stable"), axis=0, kind="stable")
    best = np.full(len(length_s), len(painted))
    owner = np.full(len(length_s), -1)
    positions = []
    for number, device in enumerate(painted):
        on = np.flatnonzero(device.rate)
        place = np.array([order[day] for day in device.day[on].tolist()], dtype=np.int64)
        positions.append((on, place))
        mine = rank[number, place]
        better = mine < best[on]
        best[on[better]], owner[on[better]] = mine[better], number
    taken_s, taken = np.zeros_like(held), np.zeros_like(held)
    for number, (on, place) in enumerate(positions):
        own = owner[on] == number
        np.add.at(taken_s[number], place[own], length_s[on[own]])
        np.add.at(taken[number], place[own], (painted[number].rate * length_s)[on[own]])
    return taken_s, taken


def _row(
    head: Mapping[str, object],
    day: int,
    names: list[str],
    position: int,
    sums: tuple[Numbers, Numbers, Numbers],
) -> dict[str, object]:
    counted, taken_s, taken = (part[:, position] for part in sums)
    used = sorted((number for number in range(len(names)) if taken_s[number] > 0), key=lambda number: -taken_s[number])
    return {
        **head,
        "sum_date": np.datetime64(day, "D").item(),
        "amount": round(float(taken.sum()), 3),
        "device_ids": sorted(names[number] for number in used),
        "covered_s": round(float(taken_s.sum()), 3),
        "added_amount": round(float(counted.sum()), 3),
        "evidence": _evidence(
            [(names[number], float(taken_s[number]), float(taken[number])) for number in used], counted
        ),
        "definition_version": VERSION,
    }


def _evidence(used: list[tuple[str, float, float]], counted: Numbers) -> str:
    """Which device for how long: the one that counted longest first."""
    told = [
        f"{name or 'a device without a name'} {seconds / 60:.0f} min ({amount:.0f})" for name, seconds, amount in used
    ]
    others = f" and {len(told) - NAMED_DEVICES} more" if len(told) > NAMED_DEVICES else ""
    first = f"Counted longest: {told[0]}"
    rest = f"; where it counted nothing: {', '.join(told[1:NAMED_DEVICES])}{others}" if len(told) > 1 else ""
    added = f". Adding all devices would give {counted.sum():.0f}" if np.count_nonzero(counted) > 1 else ""
    return f"{first}{rest}{added}."
