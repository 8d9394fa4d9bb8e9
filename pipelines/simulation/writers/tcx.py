"""Writes a run as TCX: a lap every kilometre, a track between pauses, speed, run cadence and power as extensions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.simulation.writers.track_rows import Row, elements, iso, stretches

LAP_M = 1000.0
"""Length of a lap (m)."""

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"'
    ' xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">\n <Activities>\n'
)
CREATOR = (
    '   <Creator xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Device_t"><Name>{name}</Name>'
    "<UnitId>{serial}</UnitId><ProductID>{product}</ProductID><Version><VersionMajor>{major}</VersionMajor>"
    "<VersionMinor>{minor}</VersionMinor><BuildMajor>0</BuildMajor><BuildMinor>0</BuildMinor></Version></Creator>\n"
)
POSITION = {"latitude_deg": ("LatitudeDegrees", 7), "longitude_deg": ("LongitudeDegrees", 7)}
OWN = {"altitude_m": ("AltitudeMeters", 1), "distance_m": ("DistanceMeters", 2)}
BEAT = {"heart_rate_bpm": ("Value", 0)}
EXTENSIONS = {
    "speed_m_per_s": ("ns3:Speed", 3),
    "cadence_rpm": ("ns3:RunCadence", 0),
    "power_w": ("ns3:Watts", 0),
}


@dataclass(frozen=True, kw_only=True)
class TcxActivity:
    """One run: records in the columns of `records`, pauses in s since 1970 (UTC), and what recorded it."""

    records: pl.DataFrame
    pauses: tuple[tuple[int, int], ...] = ()
    sport: str = "Running"
    device_name: str = "Example Watch"
    serial: int = 1
    product: int = 0
    firmware: tuple[int, int] = (1, 0)


def tcx_file(activities: Sequence[TcxActivity]) -> bytes:
    """The bytes of the file."""
    parts = [HEAD]
    for activity in activities:
        first = iso(activity.records["recorded_at_utc"][0])
        parts.append(f'  <Activity Sport="{activity.sport}">\n   <Id>{first}</Id>\n')
        laps = _laps(activity.records)
        for lap, following in zip(laps, [*laps[1:], None], strict=True):
            parts += _lap(lap, following, activity.pauses)
        major, minor = activity.firmware
        named = {"name": activity.device_name, "serial": activity.serial, "product": activity.product}
        parts.append(CREATOR.format(**named, major=major, minor=minor))
        parts.append("  </Activity>\n")
    return "".join([*parts, " </Activities>\n</TrainingCenterDatabase>\n"]).encode()


def _laps(records: pl.DataFrame) -> list[pl.DataFrame]:
    """The records by whole kilometres; one lap where no distance is known."""
    number = (pl.col("distance_m").fill_null(strategy="forward").fill_null(0.0) // LAP_M).alias("lap")
    return [part.drop("lap") for part in records.with_columns(number).partition_by("lap", maintain_order=True)]


def _lap(records: pl.DataFrame, following: pl.DataFrame | None, pauses: tuple[tuple[int, int], ...]) -> Iterator[str]:
    """One lap, which lasts until the first record of the following."""
    times = records["recorded_at_utc"]
    last = records if following is None else following.head(1)
    start_s, end_s = (int(moment.timestamp()) for moment in (times[0], last["recorded_at_utc"][-1]))
    paused_s = sum(max(0, min(end, end_s) - max(begin, start_s)) for begin, end in pauses)
    distances = pl.concat([records["distance_m"], last["distance_m"]]).drop_nulls()
    distance_m = float(distances[-1] - distances[0]) if len(distances) else 0.0
    yield f'   <Lap StartTime="{iso(times[0])}"><TotalTimeSeconds>{end_s - start_s - paused_s}</TotalTimeSeconds>'
    yield f"<DistanceMeters>{distance_m:.2f}</DistanceMeters><Calories>{round(distance_m / 16)}</Calories>"
    rates = records["heart_rate_bpm"].drop_nulls().to_list()
    if rates:
        for name, value in (("Average", sum(rates) / len(rates)), ("Maximum", max(rates))):
            yield f"<{name}HeartRateBpm><Value>{value:.0f}</Value></{name}HeartRateBpm>"
    yield "<Intensity>Active</Intensity><TriggerMethod>Distance</TriggerMethod>\n"
    for rows in stretches(records, pauses):
        yield "    <Track>\n"
        yield from map(_point, rows)
        yield "    </Track>\n"
    yield "   </Lap>\n"


def _point(row: Row) -> str:
    position = "".join(elements(row, POSITION))
    beat = "".join(elements(row, BEAT))
    extensions = "".join(elements(row, EXTENSIONS))
    return "".join(
        [
            f"     <Trackpoint><Time>{iso(row['recorded_at_utc'])}</Time>",
            f"<Position>{position}</Position>" if position else "",
            *elements(row, OWN),
            f"<HeartRateBpm>{beat}</HeartRateBpm>" if beat else "",
            f"<Extensions><ns3:TPX>{extensions}</ns3:TPX></Extensions>" if extensions else "",
            "</Trackpoint>\n",
        ]
    )
