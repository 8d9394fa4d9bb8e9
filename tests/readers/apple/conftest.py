"""Elements of the export as the phone writes them, so that every expected value comes from text a test wrote."""

from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

import polars as pl
import pytest

from pipelines.readers.apple.reading import read_pieces
from pipelines.readers.contract import Batch, ReadReport, Source

HARDWARE = "model:Watch, hardware:Watch6,7, software:10.2"
WATCH = f"<<HKDevice: 0x3012772a0>, name:Apple Watch, manufacturer:Apple Inc., {HARDWARE}>"


class Export:
    """Writes elements and whole exports."""

    watch = WATCH

    @staticmethod
    def record(
        kind: str,
        value: object,
        start: str,
        end: str | None = None,
        *,
        created: str | None = None,
        unit: str | None = "count/min",
        source: str = "Anna\u2019s Apple Watch",
        version: str | None = "10.2",
        device: str | None = WATCH,
        inside: str = "",
    ) -> str:
        long_kind = kind if kind.startswith("HK") else f"HKQuantityTypeIdentifier{kind}"
        stated = {"type": long_kind, "sourceName": source, "sourceVersion": version, "device": device, "unit": unit}
        times = {"creationDate": created or end or start, "startDate": start, "endDate": end or start, "value": value}
        text = " ".join(
            f"{name}={quoteattr(str(stated_value), {chr(34): '&quot;'})}"
            for name, stated_value in {**stated, **times}.items()
            if stated_value is not None
        )
        return f" <Record {text}>\n{inside}\n </Record>" if inside else f" <Record {text}/>"

    def sleep(self, stage: str, start: str, end: str, **options: Any) -> str:
        options = {"unit": None, **options}
        kind = "HKCategoryTypeIdentifierSleepAnalysis"
        return self.record(kind, f"HKCategoryValueSleepAnalysis{stage}", start, end, **options)

    @staticmethod
    def metadata(key: str, value: str) -> str:
        return f'  <MetadataEntry key="{key}" value="{value}"/>'

    @staticmethod
    def beats(*stated: tuple[object, str]) -> str:
        """The list of beats of a reading, each with its rate and clock."""
        lines = (f'   <InstantaneousBeatsPerMinute bpm="{rate}" time="{time}"/>' for rate, time in stated)
        tag = "HeartRateVariabilityMetadataList"
        return "\n".join((f"  <{tag}>", *lines, f"  </{tag}>"))

    def reading(self, start: str, end: str, *stated: tuple[object, str], value: object = 49.5, **options: Any) -> str:
        """A reading of variability that lists beats."""
        inside = self.beats(*stated)
        return self.record("HeartRateVariabilitySDNN", value, start, end, unit="ms", inside=inside, **options)

    @staticmethod
    def workout(
        kind: str, start: str, end: str, inside: str = "", more: str = 'duration="30" durationUnit="min"'
    ) -> str:
        source = f'sourceName="Apple Watch" sourceVersion="10.2" device={quoteattr(WATCH)} creationDate="{end}"'
        times = f'startDate="{start}" endDate="{end}"'
        return (
            f' <Workout workoutActivityType="HKWorkoutActivityType{kind}" {more} {source} {times}>\n'
            f"{inside}\n </Workout>"
        )

    @staticmethod
    def whole(*elements: str) -> str:
        return "\n".join(
            ('<?xml version="1.0" encoding="UTF-8"?>', '<HealthData locale="en_GB">', *elements, "</HealthData>\n")
        )


@pytest.fixture(scope="session")
def export() -> Export:
    return Export()


Tables = tuple[dict[str, pl.DataFrame], ReadReport]


@pytest.fixture
def read_in_pieces(source_of: Callable[..., Source]) -> Callable[..., Tables]:
    """Reads bytes by the usual way or, where asked, by the patient one alone."""

    def read(content: bytes | str, *, chunk_bytes: int = 1 << 20, is_patient: bool = False) -> Tables:
        items = list(read_pieces(source_of("export.xml", content), chunk_bytes=chunk_bytes, is_patient=is_patient))
        return dict(_together(items)), items[-1]

    return read


def _together(items: list[Batch | ReadReport]) -> Iterator[tuple[str, pl.DataFrame]]:
    frames: dict[str, list[pl.DataFrame]] = {}
    for item in items[:-1]:
        frames.setdefault(item.table, []).append(item.frame)
    for table, parts in frames.items():
        yield table, pl.concat(parts)
