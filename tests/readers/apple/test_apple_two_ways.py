"""The fast way and the patient one give the same, on whole exports and on damaged ones."""

import random
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import CorruptExport
from pipelines.readers.apple.patient import patient_rows
from pipelines.readers.apple.plain import plain_rows
from pipelines.readers.apple.rows import Names
from pipelines.simulation.apple_days import AppleDays, apple_lines

DAYS = AppleDays(seed=3, first_date=date(2024, 2, 27), day_count=2, rates_a_day=30, stretches_a_day=6, has_route=True)
PIECE_BYTES = 6000
DAMAGED_COPIES = 60


@pytest.fixture(scope="module")
def whole() -> bytes:
    return ("\n".join(apple_lines(DAYS)) + "\n").encode()


@pytest.fixture(scope="module")
def records(whole: bytes) -> bytes:
    """The records alone, which the fast way takes in one piece."""
    lines = whole.split(b"\n")
    first = next(at for at, line in enumerate(lines) if line.startswith(b" <Record "))
    last = next(at for at, line in enumerate(lines) if line.startswith(b" <Workout "))
    return b"\n".join(lines[first:last]) + b"\n"


def _damaged(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(damaged))
        kind = chance.randrange(6)
        if kind == 0:
            damaged[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del damaged[at : at + chance.randint(1, 300)]
        elif kind == 2:
            damaged[at:at] = bytes(chance.choices(b"<>\"'/& =\n\x00\x0b\xff", k=chance.randint(1, 4)))
        elif kind == 3:
            damaged[at:at] = damaged[at : at + chance.randint(1, 700)]
        elif kind == 4:
            other = chance.randrange(len(damaged))
            damaged[at : at + 9], damaged[other : other + 9] = damaged[other : other + 9], damaged[at : at + 9]
        elif kind == 5 and chance.random() < 0.3:
            del damaged[at:]
    return bytes(damaged)


def test_generated_days_are_proven_and_read_as_the_patient_way_reads_them(records: bytes) -> None:
    names, others = Names(), Names()

    fast, patient = plain_rows(records, names), patient_rows(records, others)

    assert fast is not None
    assert fast.records.equals(patient.records)
    assert fast.records.height > 100
    assert fast.beats.equals(patient.beats)
    assert fast.beats.height > 100
    assert +fast.counts == patient.counts
    assert (names.makers.known, names.zones) == (others.makers.known, others.zones)
    assert patient.problems == ()


def test_the_patient_way_finds_what_a_strict_parser_finds(whole: bytes, records: bytes) -> None:
    patient = patient_rows(records, Names())

    root = ET.fromstring(whole)
    used = [one for one in root.iter("Record") if "ActiveEnergy" not in one.get("type", "")]
    assert patient.records.height == len(used)
    assert patient.beats.height == len(list(root.iter("InstantaneousBeatsPerMinute")))


@pytest.mark.parametrize("seed", range(4))
def test_on_damaged_exports_both_ways_give_the_same_frames_and_losses(
    seed: int, whole: bytes, read_in_pieces: Callable[..., Any]
) -> None:
    chance = random.Random(seed)
    outcomes = {"read": 0, "lost": 0}

    for _ in range(DAMAGED_COPIES // 4):
        content = _damaged(whole, chance)
        tables, report = read_in_pieces(content, chunk_bytes=PIECE_BYTES)
        others, other_report = read_in_pieces(content, chunk_bytes=PIECE_BYTES, is_patient=True)

        assert tables.keys() == others.keys()
        assert all(frame.equals(others[table]) for table, frame in tables.items())
        assert (report.losses, set(report.passed_over)) == (other_report.losses, set(other_report.passed_over))
        outcomes["read"] += 1
        outcomes["lost"] += bool(report.losses)

    assert outcomes["read"] == DAMAGED_COPIES // 4
    assert outcomes["lost"] > 0


def _with_makers(records: pl.DataFrame, names: Names) -> pl.DataFrame:
    """The records with the names of their makers, which the two ways may number in another order."""
    makers = [str(names.makers.known[number]) for number in records["maker"]]
    return records.with_columns(maker=pl.Series(makers, dtype=pl.String))


TEXT = st.text(st.sampled_from("aZ9 .,:;/'\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}é<>&\"="), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["HeartRate", "StepCount", "RestingHeartRate", "BodyMass"]),
            st.sampled_from(["58", "58.5", "0", "1e2", "-3", "", ".", "12345678", "007", "1.2.3", "\u0661"]),
            st.sampled_from(
                ["2024-02-29 23:59:59 +0000", "2023-02-29 00:00:00 +0000", "2024-01-01 24:00:00 +0100", "2024-01-01",
                 "2024-12-31 08:00:00 -1430", "1969-12-31 23:00:00 -0330"]
            ),
            TEXT,
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip
def test_whatever_the_values_both_ways_agree_or_the_fast_one_declines(
    export: Any, rows: list[tuple[str, str, str, str, bool]]
) -> None:
    body = "\n".join(
        export.record(
            kind,
            value,
            "2024-01-01 07:00:00 +0100",
            end,
            unit={"StepCount": "count", "BodyMass": "kg"}.get(kind, "count/min"),
            source=text,
            device=f"<<HKDevice: 0x{len(text):x}>, name:{text}, hardware:Watch{text}, software:1>",
            inside=export.metadata("HKTimeZone", "Europe/Berlin") if has_zone else "",
        )
        for kind, value, end, text, has_zone in rows
    ).encode()
    names, others = Names(), Names()

    fast, patient = plain_rows(body, names), patient_rows(body, others)

    if fast is not None:
        assert _with_makers(fast.records, names).equals(_with_makers(patient.records, others))
        assert +fast.counts == patient.counts
        assert patient.problems == ()
        assert set(names.makers.known) == set(others.makers.known)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b"  <MetadataEntry", b"   <MetadataEntry"), id="indented otherwise"),
        pytest.param((b' unit="count/min"', b' unit="count/min" unit="count/min"'), id="an attribute twice"),
        pytest.param((b"Watch6,7", b"Watch6>7"), id="a mark that closes a tag inside a value"),
        pytest.param((b" </Record>\n", b""), id="a record that nothing closes"),
        pytest.param((b"\n <Record", b" <Record"), id="two records on a line"),
        pytest.param((b' value="', b' worth="'), id="another attribute"),
        pytest.param((b'startDate="2', b'startDate="x'), id="a time that is none"),
    ],
)
def test_the_fast_way_declines_what_it_cannot_show_to_be_usual(records: bytes, change: tuple[bytes, bytes]) -> None:
    assert plain_rows(records, Names()) is not None

    assert plain_rows(records.replace(*change, 1), Names()) is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b'MotionContext" value="1"', b'MotionContext" value="a&#10;&amp;&#x41;b"'), id="entities"),
        pytest.param((b"0x280000020", b"0x1"), id="a short address"),
        pytest.param((b'creationDate="2', b'creationDate="x'), id="no creation of what is streamed"),
        pytest.param((b"&lt;&lt;HKDevice: 0x280000020&gt;, ", b""), id="no address"),
        pytest.param((b' sourceVersion="10.2"', b""), id="no version"),
        pytest.param((b"Anna", b"'An' na"), id="quotation marks of the other kind"),
    ],
)
def test_the_fast_way_takes_what_phones_are_known_to_write(records: bytes, change: tuple[bytes, bytes]) -> None:
    changed = records.replace(*change, 1)
    names, others = Names(), Names()

    fast, patient = plain_rows(changed, names), patient_rows(changed, others)

    assert changed != records
    assert fast is not None
    assert fast.records.equals(patient.records)
    assert names.makers.known == others.makers.known


def test_what_is_unusual_in_a_piece_costs_its_part_the_fast_way_only(
    records: bytes, read_in_pieces: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = records.replace(b"  <MetadataEntry", b"   <MetadataEntry", 1)
    taken: list[int] = []
    monkeypatch.setattr("pipelines.readers.apple.chunks.PART_BYTES", 4000)
    monkeypatch.setattr(
        "pipelines.readers.apple.reading.patient_rows",
        lambda body, names: (taken.append(len(body)), patient_rows(body, names))[1],
    )

    tables, report = read_in_pieces(content)
    patient_bytes = sum(taken)
    others, other_report = read_in_pieces(content, is_patient=True)

    assert 0 < patient_bytes < 6000 < len(content) / 10
    assert all(frame.equals(others[table]) for table, frame in tables.items())
    assert (report.losses, report.passed_over) == (other_report.losses, other_report.passed_over)


def test_an_export_without_line_breaks_is_read_the_patient_way(
    whole: bytes, read_in_pieces: Callable[..., Any]
) -> None:
    usual, _ = read_in_pieces(whole)

    tables, report = read_in_pieces(whole.replace(b"\n", b" "), chunk_bytes=PIECE_BYTES)

    assert all(frame.equals(usual[table]) for table, frame in tables.items() if table != "devices")
    assert report.losses == ()


def test_nothing_whole_is_corrupt(read_in_pieces: Callable[..., Any]) -> None:
    with pytest.raises(CorruptExport, match="no element in it is whole"):
        read_in_pieces('<HealthData locale="en">\n <Record type="HKQuantityType')
