"""How wrong a value may be, part by part: versioned figures, each with its source.

All are standard deviations; an expected error (smaller in 80 % of cases) is 1.28 of them. Figures stated for 80, 90
or 95 % of cases are divided by 1.28, 1.645 or 1.96 here.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

VERSION = "4"

P80, P90, P95 = 1.2816, 1.6449, 1.9600
"""Two-sided 80, 90 and 95 % of a Gaussian, in standard deviations."""

SIMULATED = "measured on 2,500 simulated 5-minute windows"


@dataclass(frozen=True, kw_only=True)
class SourceError:
    """What a source can do at its best: a standard deviation in `unit`."""

    quantity: str
    source: str
    number: float
    unit: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A figure that depends on another, between its points on a straight line, at the ends level."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_unit: str
    y_unit: str
    note: str

    def at(self, column: pl.Expr) -> pl.Expr:
        """The figure for each row; null stays null."""
        return column.map_batches(
            lambda values: pl.Series(np.interp(values.to_numpy(), self.x, self.y)), return_dtype=pl.Float64
        )


ARTIFACT_LN = Curve(
    name="artifact error of RMSSD",
    x=(0.0, 0.0025, 0.0125, 0.035, 0.075, 0.15, 0.25, 0.375, 0.5),
    y=tuple(p90 / P90 for p90 in (0.0, 0.02, 0.04, 0.05, 0.07, 0.10, 0.13, 0.18, 0.34)),
    x_unit="flagged fraction of intervals",
    y_unit="ln_ms",
    note=f"90th percentile by flagged share, {SIMULATED}",
)
LOSS_LN = Curve(
    name="error of RMSSD by time lost",
    x=(0.0, 0.10, 0.20, 0.36, 0.50, 0.80, 1.0),
    y=tuple(p95 / P95 for p95 in (0.0, 0.039, 0.055, 0.098, 0.12, 0.24, 0.35)),
    x_unit="fraction of the time without a good beat",
    y_unit="ln_ms",
    note="95th percentile with a perfect detector, simulated; beyond one half an engineering start value",
)
SAMPLING_LN = Curve(
    name="sampling error of RMSSD",
    x=(10.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1200.0),
    y=tuple(p90 / P90 for p90 in (0.48, 0.365, 0.315, 0.26, 0.225, 0.175, 0.12, 0.085)),
    x_unit="s of good beats",
    y_unit="ln_ms",
    note="90th percentile against the half hour around, 4,000 simulated ones: a reading is one draw of what drifts",
)
NIGHT_ARTIFACT_SHARE = 0.5  # a night's median over epochs halves it: simulated nights of 30,000 beats

BEAT_SOURCE = SourceError(
    quantity="ln_rmssd",
    source="rr_intervals",
    number=0.01,
    unit="ln_ms",
    note="engineering start value: 2 ms of timing jitter at an RMSSD of 30 ms",
)

MAPE_TO_SD = 1.25  # mean absolute error of a Gaussian to its standard deviation
WITHIN_DEVICE = 0.5  # a constant bias cancels within one device: half is kept

WATCH_BEATS = SourceError(
    quantity="ln_rmssd",
    source="watch_beats",
    number=math.log1p(0.289) * MAPE_TO_SD * WITHIN_DEVICE,
    unit="ln_ms",
    note="beats of an Apple Watch: their SDNN has a MAPE of 28.9 % (O'Grady 2024); of their RMSSD no study is known",
)
WATCH = "appleinc.:watch"
"""How the device of such beats begins."""

SOURCES = (
    BEAT_SOURCE,
    WATCH_BEATS,
    SourceError(
        quantity="heart_rate",
        source="strap",
        number=2.0 / P80,
        unit="bpm",
        note="2 bpm in 80 %: engineering start value",
    ),
    SourceError(
        quantity="heart_rate",
        source="wrist",
        number=6.0 / P80,
        unit="bpm",
        note="6 bpm in 80 %: engineering start value",
    ),
    SourceError(
        quantity="heart_rate",
        source="unknown",
        number=6.0 / P80,
        unit="bpm",
        note="an unknown sensor counts as a wrist",
    ),
    SourceError(
        quantity="distance",
        source="open",
        number=0.010 / P80,
        unit="fraction",
        note="1 % in 80 %: engineering start value",
    ),
    SourceError(
        quantity="distance",
        source="trail",
        number=0.025 / P80,
        unit="fraction",
        note="2.5 % in 80 %: engineering start value, between Gilgen-Ammann 2020 and Johansson 2020",
    ),
    SourceError(
        quantity="distance",
        source="position",
        number=0.010 / P80,
        unit="fraction",
        note="1 % in 80 %, as open: 0.5 % on simulated runs at 1 Hz with positions 1.5 m off for a minute at a time; "
        "what zigzag adds is a part of its own, measured in each activity",
    ),
    SourceError(
        quantity="distance",
        source="indoor",
        number=0.05 / P80,
        unit="fraction",
        note="5 % in 80 %, accelerometer or treadmill: engineering start value",
    ),
    SourceError(
        quantity="sleep_duration",
        source="device",
        number=1200.0 / P80,
        unit="s",
        note="20 min in 80 %: wearables overestimate sleep by 10-30 min against polysomnography",
    ),
    SourceError(
        quantity="resting_heart_rate",
        source="device",
        number=1.5 / P80,
        unit="bpm",
        note="1.5 bpm in 80 % within one device: engineering start value",
    ),
)

VENDOR_HRV = (
    ("garmin", 0.105, "Fenix 6: MAPE 10.5 % (Dial 2025)"),
    ("oura", 0.072, "Gen3: MAPE 7.2 % (Dial 2025)"),
    ("whoop", 0.082, "WHOOP 4: MAPE 8.2 % (Dial 2025)"),
    ("polar", 0.163, "Grit X Pro: MAPE 16.3 % (Dial 2025)"),
    ("", 0.163, "no study known: the worst of those that have one"),
)
"""Mean absolute error of a vendor's night RMSSD by how its method begins, with the source."""

OTHER_VENDOR = "vendor"
"""Source of a stated value whose vendor has no row of its own."""


def source_error(quantity: str, source: str) -> float:
    """Standard deviation of a quantity from a source. Raises `KeyError` for a pair the table does not have."""
    return {(one.quantity, one.source): one.number for one in SOURCES}[quantity, source]


def artifact_error(flagged_fraction: pl.Expr) -> pl.Expr:
    """Standard deviation (ln_ms) of RMSSD left after flagged intervals are masked; nothing flagged, no error."""
    return ARTIFACT_LN.at(flagged_fraction)


def loss_error(missing_fraction: pl.Expr) -> pl.Expr:
    """Standard deviation (ln_ms) of RMSSD from time without a good beat."""
    return LOSS_LN.at(missing_fraction)


def sampling_error(valid_s: pl.Expr) -> pl.Expr:
    """Standard deviation (ln_ms) of RMSSD from seconds of good beats."""
    return SAMPLING_LN.at(valid_s)


def night_artifact_share() -> float:
    """What is left of the artifact error in the median of a night's epochs."""
    return NIGHT_ARTIFACT_SHARE


def beat_source_error(device_id: pl.Expr) -> pl.Expr:
    """Standard deviation (ln_ms) of RMSSD from RR intervals that a device gives; one not stated counts as a strap."""
    is_watch = device_id.str.starts_with(WATCH).fill_null(value=False)
    return pl.when(is_watch).then(pl.lit(WATCH_BEATS.number)).otherwise(pl.lit(BEAT_SOURCE.number))


def vendor_source(method: pl.Expr) -> pl.Expr:
    """Which source of the limits a stated value comes from, by how its method begins."""
    chosen = pl.lit(OTHER_VENDOR)
    for prefix, _, _ in VENDOR_HRV:
        if prefix:
            chosen = pl.when(method.str.starts_with(prefix)).then(pl.lit(prefix)).otherwise(chosen)
    return chosen


def vendor_hrv_error(method: pl.Expr) -> pl.Expr:
    """Standard deviation (ln_ms) of a vendor's RMSSD within one device, by its method."""
    chosen = pl.lit(None, dtype=pl.Float64)
    for prefix, mape, _ in reversed(VENDOR_HRV):
        number = math.log1p(mape) * MAPE_TO_SD * WITHIN_DEVICE
        chosen = pl.when(method.str.starts_with(prefix)).then(pl.lit(number)).otherwise(chosen)
    return chosen
