"""What a vendor's summary file states, gathered row by row and handed on in batches that equal the contract."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl

from pipelines.readers.contract import Batch, Method, Source
from pipelines.tables import conform

BATCH_ROWS = 20_000
"""Rows of one table that wait before they are handed on."""

HEART_RATES = range(1, 1000)
"""Heart rates that the stream can hold (bpm): 0 and codes stand for none; what is implausible is judged later."""

NUMBER_MAXIMUM = 1e9
"""Larger values of a day are codes or damage and no quantity of any unit we store."""

_ORDER = (
    "devices", "activities", "nights", "sleep_stages", "hrv_epochs", "interval_sums", "heart_rates", "daily_values",
)  # fmt: skip
_NUMBERED = {"hrv_epochs": "epoch_index", "interval_sums": "interval_index"}


@dataclass(frozen=True, kw_only=True)
class Sleep:
    """One sleep period as a vendor states it."""

    night_date: date
    start_at_utc: datetime
    end_at_utc: datetime
    utc_offset_s: int | None
    """Local time minus UTC (s) where the file states it."""
    time_basis: str = "utc"
    """Where no offset is stated: utc, or local_naive."""
    sleep_duration_s: float | None = None
    awake_s: float | None = None
    light_s: float | None = None
    deep_s: float | None = None
    rem_s: float | None = None
    unmeasured_s: float | None = None
    is_nap: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One unbroken stage of a sleep period."""

    stage: str
    start_at_utc: datetime
    end_at_utc: datetime


@dataclass(kw_only=True)
class Stated:
    """Rows of one file. A value that the file states twice for one day counts once: the later one."""

    source: Source
    app: str
    """Key in `devices` of the platform that made the file, for what names no device."""
    notes: dict[str, int] = field(default_factory=dict)
    """What was passed over, with its count."""
    _rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    _values: dict[tuple[object, ...], dict[str, object]] = field(default_factory=dict)
    _devices: dict[str, dict[str, object]] = field(default_factory=dict)
    _is_app_used: bool = False
    _counts: dict[str, int] = field(default_factory=dict)
    _rate_times: "array[int]" = field(default_factory=lambda: array("q"))
    _rates: "array[int]" = field(default_factory=lambda: array("h"))
    _rate_devices: list[tuple[str, int]] = field(default_factory=list)

    def device(self, manufacturer: str, product: str, serial: str | None = None) -> str:
        """Key of a device, which gets its row."""
        device_id = f"{manufacturer}:{product}:{serial or ''}".lower().replace(" ", "")
        self._devices[device_id] = {
            "device_id": device_id,
            "manufacturer": manufacturer,
            "product": product,
            "serial": serial,
        }
        return device_id

    def value(
        self,
        stated: Method,
        day: date,
        value: float | None,
        *,
        device_id: str | None = None,
        measured_at_utc: datetime | None = None,
    ) -> None:
        """A value of a day; none where there is no number."""
        if value is None or abs(value) > NUMBER_MAXIMUM:
            return
        device_id = self._device_or_app(device_id)
        key = (day, stated.metric, stated.method, stated.reading, device_id)
        if key in self._values and self._values[key]["measured_value"] != float(value):
            self.note("values of a day that are stated once more, of which the last stays")
        self._values[key] = {
            "value_date": day,
            "metric": stated.metric,
            "method": stated.method,
            "reading": stated.reading,
            "device_id": device_id,
            "measured_at_utc": measured_at_utc,
            "measured_value": float(value),
            "unit": stated.unit,
        }

    def latest(self, stated: Method, day: date, value: float | None, *, measured_at_utc: datetime | None) -> None:
        """A value of a day that is stated again and again: the last one stays, whatever the order in the file."""
        before = self._values.get((day, stated.metric, stated.method, stated.reading, self.app))
        at_before = before["measured_at_utc"] if before else None
        is_older = isinstance(at_before, datetime) and (measured_at_utc is None or measured_at_utc < at_before)
        if not is_older:
            self._values.pop((day, stated.metric, stated.method, stated.reading, self.app), None)
            self.value(stated, day, value, measured_at_utc=measured_at_utc)

    def sleep(self, sleep: Sleep, stages: Sequence[Stage] = (), *, device_id: str | None = None) -> None:
        """A sleep period with its stages; none that ends before it starts."""
        if sleep.end_at_utc <= sleep.start_at_utc:
            self.note("sleep periods that end before they start")
            return
        night_id = f"{self.source.source_file_id}:n{self._next('nights')}"
        basis = sleep.time_basis if sleep.utc_offset_s is None else "local_with_offset"
        row = {**vars(sleep), "time_basis": basis}
        self._add("nights", {"night_id": night_id, "device_id": self._device_or_app(device_id), **row})
        whole = [stage for stage in stages if stage.end_at_utc > stage.start_at_utc]
        for index, stage in enumerate(whole):
            self._add("sleep_stages", {"night_id": night_id, "stage_index": index, **vars(stage)})

    def activity(self, activity: dict[str, object]) -> None:
        """The summary of an activity, without records."""
        activity_id = f"{self.source.source_file_id}:{self._next('activities')}"
        fixed = {"activity_id": activity_id, "record_count": 0, "heart_rate_source": "unknown"}
        self._is_app_used |= activity.get("device_id") == self.app
        self._add("activities", {**fixed, **activity})

    def epoch(self, measured_at_utc: datetime, rmssd_ms: float | None, *, device_id: str | None = None) -> None:
        """RMSSD (ms) of five minutes; 0 and codes below it stand for none."""
        if rmssd_ms is not None and 0 < rmssd_ms <= NUMBER_MAXIMUM:
            row = {
                "device_id": self._device_or_app(device_id),
                "measured_at_utc": measured_at_utc,
                "rmssd_ms": rmssd_ms,
            }
            self._add("hrv_epochs", {"epoch_index": self._next("hrv_epochs"), **row})

    def sum_of(
        self, metric: str, unit: str, amount: float, *, start_at_utc: datetime, length_s: int, device_id: str
    ) -> None:
        """An amount that one device counted over a stretch of time."""
        row = {
            "interval_index": self._next("interval_sums"),
            "device_id": self._device_or_app(device_id),
            "metric": metric,
            "start_at_utc": start_at_utc,
            "end_at_utc": start_at_utc + timedelta(seconds=length_s),
            "amount": amount,
            "unit": unit,
        }
        self._add("interval_sums", row)

    def heart_rate(self, at_s: float, bpm: float, *, device_id: str | None = None) -> None:
        """A heart rate outside activities, at a time (s since 1970, UTC)."""
        device_id = self._device_or_app(device_id)
        if not self._rate_devices or self._rate_devices[-1][0] != device_id:
            self._rate_devices.append((device_id, 0))
        self._rate_devices[-1] = (device_id, self._rate_devices[-1][1] + 1)
        self._rate_times.append(round(at_s * 1_000_000))
        self._rates.append(round(bpm))

    def heart_rates(self, times: pl.Series, rates: pl.Series, *, device_id: str | None = None) -> None:
        """Heart rates outside activities, at times in UTC that carry no zone."""
        self._rate_devices.append((self._device_or_app(device_id), len(times)))
        self._rate_times.frombytes(times.cast(pl.Datetime("us")).to_physical().to_numpy().tobytes())
        self._rates.frombytes(rates.round(mode="half_to_even").cast(pl.Int16).to_numpy().tobytes())

    def note(self, what: str, count: int = 1) -> None:
        """Something that the file holds and we do not use."""
        self.notes[what] = self.notes.get(what, 0) + count

    def passed_over(self) -> tuple[str, ...]:
        """What was passed over, each with its count."""
        return tuple(what if count == 1 else f"{what}: {count}" for what, count in self.notes.items())

    def full(self) -> Iterator[Batch]:
        """Batches of the tables of which enough rows wait."""
        for table, rows in self._rows.items():
            if len(rows) >= BATCH_ROWS:
                yield self._batch(table, rows)
                rows.clear()
        if len(self._rates) >= BATCH_ROWS:
            yield self._rate_batch()

    def rest(self) -> Iterator[Batch]:
        """Everything that still waits; each file ends with it."""
        waiting = {**self._rows, "devices": self._used_devices(), "daily_values": list(self._values.values())}
        for table in _ORDER:
            if table == "heart_rates" and len(self._rates):
                yield self._rate_batch()
            elif rows := waiting.get(table):
                yield self._batch(table, rows)

    def _used_devices(self) -> list[dict[str, object]]:
        """Every device that was named, and the platform where something rests on it."""
        if self._is_app_used and self.app not in self._devices:
            manufacturer, product, _ = self.app.split(":")
            self.device(manufacturer, product)
        return list(self._devices.values())

    def _device_or_app(self, device_id: str | None) -> str:
        self._is_app_used |= device_id in (None, self.app)
        return self.app if device_id is None else device_id

    def _rate_batch(self) -> Batch:
        devices = [pl.Series([device]).new_from_index(0, count) for device, count in self._rate_devices]
        frame = pl.DataFrame(
            {
                "device_id": pl.concat(devices),
                "measured_at_utc": pl.Series(self._rate_times, dtype=pl.Int64).cast(pl.Datetime("us", "UTC")),
                "heart_rate_bpm": pl.Series(self._rates, dtype=pl.Int16),
            }
        )
        self._counts["heart_rates"] = self._counts.get("heart_rates", 0) + frame.height
        self._rate_times, self._rates, self._rate_devices = array("q"), array("h"), []
        return Batch(table="heart_rates", frame=conform(self._owned(frame), "heart_rates"))

    def _batch(self, table: str, rows: list[dict[str, object]]) -> Batch:
        frame = pl.DataFrame(rows, infer_schema_length=None)
        return Batch(table=table, frame=conform(frame if table == "devices" else self._owned(frame), table))

    def _owned(self, frame: pl.DataFrame) -> pl.DataFrame:
        owner = {"athlete_id": self.source.athlete_id, "source_file_id": self.source.source_file_id}
        return frame.with_columns(**{name: pl.lit(value) for name, value in owner.items()})

    def _add(self, table: str, row: dict[str, object]) -> None:
        self._rows.setdefault(table, []).append(row)

    def _next(self, table: str) -> int:
        number = self._counts.get(table, 0)
        self._counts[table] = number + 1
        return number


def heart_rate_or_none(value: float | None) -> float | None:
    """A heart rate (bpm) that can be one; null for 0 and codes."""
    return value if value is not None and HEART_RATES.start <= value < HEART_RATES.stop else None
