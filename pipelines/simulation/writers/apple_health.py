"""Writes days the way the Health app exports them: export.xml line by line, alone or in a zip with its routes.

The whole file is written with the offset of the phone at export, as the app does, wherever the athlete was; the zone
stands beside sleep and workouts only.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from pipelines.simulation.noise import Series
from pipelines.simulation.sleep import Hypnogram

QUANTITY = "HKQuantityTypeIdentifier"

Stretches = tuple[tuple[int, int, int], ...]
"""Start, end (s since 1970, UTC) and amount of each stretch a device counted over."""

NOON = 12

STAGES = {"light": "AsleepCore", "deep": "AsleepDeep", "rem": "AsleepREM", "awake": "Awake"}

DOCUMENT_TYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout|ActivitySummary)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
]>"""


@dataclass(frozen=True, kw_only=True)
class AppleDevice:
    """A watch or phone as records name it."""

    source: str
    name: str
    hardware: str
    software: str

    def stated(self, number: int) -> str:
        """The attributes of a record that name it; `number` makes the address that changes from row to row."""
        text = (
            f"<<HKDevice: 0x{0x280000000 + 0x20 * number:x}>, name:{self.name}, manufacturer:Apple Inc., "
            f"model:{self.name.removeprefix('Apple ')}, hardware:{self.hardware}, software:{self.software}>"
        )
        return f'sourceName="{self.source}" sourceVersion="{self.software}" device={quoteattr(text)}'


WATCH = AppleDevice(source="Anna\u2019s Apple Watch", name="Apple Watch", hardware="Watch6,7", software="10.2")
PHONE = AppleDevice(source="Anna\u2019s iPhone", name="iPhone", hardware="iPhone14,5", software="17.2")


SPOT_S = 60
"""Length of a reading of heart rate variability (s)."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One reading of heart rate variability: its end (s since 1970, UTC), SDNN (ms) and the beats (s after start).

    A beat that was missed is not listed, nor is the next one, which has no rate then; nor is the first.
    """

    end_s: int
    sdnn_ms: float
    beats_s: tuple[float, ...] = ()
    missed: frozenset[int] = frozenset()
    """Numbers of the beats that were missed."""


@dataclass(frozen=True, kw_only=True)
class Outing:
    """A workout: times (s since 1970, UTC), metres, beats a minute, pauses, and the route's file if it has one."""

    start_s: int
    end_s: int
    distance_m: float
    average_bpm: float
    max_bpm: float
    pauses: tuple[tuple[int, int], ...] = ()
    is_indoor: bool = False
    route: str | None = None


@dataclass(frozen=True, kw_only=True)
class HealthDay:
    """What watch and phone store of one day; times in s since 1970 (UTC)."""

    resting_bpm: float
    resting_from_s: int
    resting_to_s: int
    times_s: Series
    heart_rate_bpm: Series
    spots: tuple[Spot, ...] = ()
    night: Hypnogram | None = None
    watch_steps: Stretches = ()
    phone_steps: Stretches = ()
    energy_kcal: Stretches = ()
    outings: tuple[Outing, ...] = ()


def export_lines(
    days: Iterable[HealthDay],
    *,
    exported_at: datetime,
    zone: str,
    watch: AppleDevice = WATCH,
    phone: AppleDevice = PHONE,
    has_half_days: bool = True,
) -> Iterator[str]:
    """The lines of export.xml, kind by kind as the app orders them: `days` is gone through once for each kind.

    `exported_at` carries the offset that every time is written with. `has_half_days`: whether the phone's language
    writes 7:08:56.78 PM or 19:08:56,78.
    """
    pen = _Pen(offset=exported_at.strftime("%z"), zone=zone, watch=watch, phone=phone, has_half_days=has_half_days)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield DOCUMENT_TYPE
    yield '<HealthData locale="en_GB">'
    yield f' <ExportDate value="{exported_at:%Y-%m-%d %H:%M:%S %z}"/>'
    yield ' <Me HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexNotSet"/>'
    for write in (_heart_rates, _steps, _energy, _resting, _spots, _sleep, _outings):
        for day in days:
            yield from write(pen, day)
    yield "</HealthData>"


def export_zip(lines: Iterable[str], routes: dict[str, bytes], *, modified: datetime) -> bytes:
    """export.zip: the lines as export.xml, and each route under the name its workout gives."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        with archive.open(_member("export.xml", modified), "w") as member:
            for line in lines:
                member.write(f"{line}\n".encode())
        for name, route in routes.items():
            archive.writestr(_member(f"workout-routes/{name}", modified), route)
    return content.getvalue()


def _member(name: str, modified: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"apple_health_export/{name}", modified.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


@dataclass
class _Pen:
    offset: str
    zone: str
    watch: AppleDevice
    phone: AppleDevice
    has_half_days: bool
    count: int = 0

    def stamp(self, at_s: float) -> str:
        sign = -1 if self.offset[0] == "-" else 1
        shift = timezone(sign * timedelta(hours=int(self.offset[1:3]), minutes=int(self.offset[3:5])))
        return f"{datetime.fromtimestamp(int(at_s), shift):%Y-%m-%d %H:%M:%S} {self.offset}"

    def clock(self, at_s: float) -> str:
        """The local time of day, cut off at hundredths of a second."""
        sign = -1 if self.offset[0] == "-" else 1
        shift_s = sign * (int(self.offset[1:3]) * 3600 + int(self.offset[3:5]) * 60)
        seconds, hundredths = divmod(int(at_s * 100) + shift_s * 100, 100)
        hour, minute, second = seconds // 3600 % 24, seconds // 60 % 60, seconds % 60
        if not self.has_half_days:
            return f"{hour:02d}:{minute:02d}:{second:02d},{hundredths:02d}"
        half = "AM" if hour < NOON else "PM"
        return f"{hour % 12 or 12}:{minute:02d}:{second:02d}.{hundredths:02d}\N{NARROW NO-BREAK SPACE}{half}"

    def times(self, start_s: float, end_s: float) -> str:
        end = self.stamp(end_s)
        return f'creationDate="{end}" startDate="{self.stamp(start_s)}" endDate="{end}"'

    def record(self, name: str, device: AppleDevice, unit: str, times: str, value: object) -> str:
        """A record up to its closing mark."""
        self.count += 1
        return f' <Record type="{QUANTITY}{name}" {device.stated(self.count)} unit="{unit}" {times} value="{value}"'


def _heart_rates(pen: _Pen, day: HealthDay) -> Iterator[str]:
    for at_s, rate in zip(day.times_s.tolist(), day.heart_rate_bpm.tolist(), strict=True):
        yield pen.record("HeartRate", pen.watch, "count/min", pen.times(at_s, at_s), f"{rate:g}") + ">"
        yield '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>'
        yield " </Record>"


def _steps(pen: _Pen, day: HealthDay) -> Iterator[str]:
    for device, stretches in ((pen.phone, day.phone_steps), (pen.watch, day.watch_steps)):
        for start_s, end_s, count in stretches:
            yield pen.record("StepCount", device, "count", pen.times(start_s, end_s), count) + "/>"


def _energy(pen: _Pen, day: HealthDay) -> Iterator[str]:
    for start_s, end_s, kcal in day.energy_kcal:
        yield pen.record("ActiveEnergyBurned", pen.watch, "kcal", pen.times(start_s, end_s), f"{kcal:g}") + "/>"


def _resting(pen: _Pen, day: HealthDay) -> Iterator[str]:
    times = pen.times(day.resting_from_s, day.resting_to_s)
    yield pen.record("RestingHeartRate", pen.watch, "count/min", times, f"{day.resting_bpm:.0f}") + "/>"


def _spots(pen: _Pen, day: HealthDay) -> Iterator[str]:
    for spot in day.spots:
        start_s = spot.end_s - SPOT_S
        head = pen.record(
            "HeartRateVariabilitySDNN", pen.watch, "ms", pen.times(start_s, spot.end_s), f"{spot.sdnn_ms:g}"
        )
        if not spot.beats_s:
            yield head + "/>"
            continue
        yield head + ">"
        yield "  <HeartRateVariabilityMetadataList>"
        for number, (before, after) in enumerate(pairwise(spot.beats_s), start=1):
            if spot.missed.isdisjoint((number - 1, number)):
                rate = round(60.0 / (after - before))
                yield f'   <InstantaneousBeatsPerMinute bpm="{rate}" time="{pen.clock(start_s + after)}"/>'
        yield "  </HeartRateVariabilityMetadataList>"
        yield " </Record>"


def _sleep(pen: _Pen, day: HealthDay) -> Iterator[str]:
    if day.night is None:
        return
    ends = [*day.night.starts_s.tolist()[1:], day.night.end_s]
    for start_s, end_s, stage in zip(day.night.starts_s.tolist(), ends, day.night.stages, strict=True):
        pen.count += 1
        value = f"HKCategoryValueSleepAnalysis{STAGES[stage]}"
        device = pen.watch.stated(pen.count)
        times = pen.times(start_s, end_s)
        yield f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" {device} {times} value="{value}">'
        yield f'  <MetadataEntry key="HKTimeZone" value="{pen.zone}"/>'
        yield " </Record>"


def _outings(pen: _Pen, day: HealthDay) -> Iterator[str]:
    for outing in day.outings:
        pen.count += 1
        bounds = f'startDate="{pen.stamp(outing.start_s)}" endDate="{pen.stamp(outing.end_s)}"'
        timer_min = (outing.end_s - outing.start_s - sum(end - start for start, end in outing.pauses)) / 60.0
        yield (
            f' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="{timer_min}" durationUnit="min" '
            f"{pen.watch.stated(pen.count)} {pen.times(outing.start_s, outing.end_s)}>"
        )
        yield f'  <MetadataEntry key="HKIndoorWorkout" value="{int(outing.is_indoor)}"/>'
        yield f'  <MetadataEntry key="HKTimeZone" value="{pen.zone}"/>'
        for start_s, end_s in outing.pauses:
            yield f'  <WorkoutEvent type="HKWorkoutEventTypePause" date="{pen.stamp(start_s)}"/>'
            yield f'  <WorkoutEvent type="HKWorkoutEventTypeResume" date="{pen.stamp(end_s)}"/>'
        distance = f'sum="{outing.distance_m / 1000.0:.5g}" unit="km"'
        yield f'  <WorkoutStatistics type="{QUANTITY}DistanceWalkingRunning" {bounds} {distance}/>'
        rates = f'average="{outing.average_bpm:.6g}" maximum="{outing.max_bpm:g}" unit="count/min"'
        yield f'  <WorkoutStatistics type="{QUANTITY}HeartRate" {bounds} {rates}/>'
        if outing.route is not None:
            yield f"  <WorkoutRoute {pen.watch.stated(pen.count)} {pen.times(outing.start_s, outing.end_s)}>"
            yield f'   <FileReference path="/workout-routes/{outing.route}"/>'
            yield "  </WorkoutRoute>"
        yield " </Workout>"
