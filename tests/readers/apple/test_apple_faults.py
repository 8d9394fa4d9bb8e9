"""Known faults of exports, each from public bug reports: what is whole is kept, what is lost is named."""

import contextlib
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipelines.errors import CorruptExport
from pipelines.simulation.apple_days import AppleDays, apple_lines

BROKEN_TYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST VisionPrescription
  type CDATA #REQUIRED
<!ATTLIST Record type CDATA "unfinished >
<!ENTITY bomb "&bomb2;&bomb2;">
]>"""
TIMES = [f"2024-01-01 07:00:{second:02d} +0100" for second in range(60)]
CUTS = 200


@pytest.fixture
def rates(export: Any) -> list[str]:
    return [export.record("HeartRate", 60 + at, TIMES[at]) for at in range(20)]


def _seen(tables: dict[str, Any]) -> list[int]:
    return tables["heart_rates"]["heart_rate_bpm"].to_list()


def test_a_broken_document_type_is_dropped(export: Any, rates: list[str], read_in_pieces: Callable[..., Any]) -> None:
    text = export.whole(*rates).replace("<HealthData", BROKEN_TYPE + "\n<HealthData", 1)

    tables, report = read_in_pieces(text)

    assert _seen(tables) == list(range(60, 80))
    assert report.losses == ()


def test_control_characters_are_taken_out(export: Any, rates: list[str], read_in_pieces: Callable[..., Any]) -> None:
    text = export.whole(*rates).replace("Anna", "An\x0bna\x00").replace("Watch6,7", "Watch\x1f6,7")

    tables, report = read_in_pieces(text)

    assert _seen(tables) == list(range(60, 80))
    assert tables["devices"]["device_id"].to_list() == ["appleinc.:watch6,7:"]
    assert report.losses == ()


def test_of_an_attribute_that_stands_twice_the_first_counts(
    export: Any, rates: list[str], read_in_pieces: Callable[..., Any]
) -> None:
    rates[3] = rates[3].replace(' value="63"', ' value="63" value="200" startDate="2001-01-01 00:00:00 +0000"')

    tables, report = read_in_pieces(export.whole(*rates))

    assert _seen(tables) == list(range(60, 80))
    assert report.losses == ()


def test_metadata_written_as_attributes_with_spaces_does_not_hide_the_record(
    export: Any, rates: list[str], read_in_pieces: Callable[..., Any]
) -> None:
    rates[3] = rates[3].replace(' value="63"', ' value="63" Heart Rate Sensor Location="2" Was User Entered="1"')

    tables, report = read_in_pieces(export.whole(*rates))

    assert _seen(tables) == list(range(60, 80))
    assert report.losses == ()


def test_a_damaged_tag_costs_itself_and_is_counted(
    export: Any, rates: list[str], read_in_pieces: Callable[..., Any]
) -> None:
    rates[3] = rates[3].replace(' unit="', " unit=")
    rates[7] = rates[7].replace("2024-01-01 07", "2024-13-01 07")
    rates[9] = rates[9].replace('value="69"', 'value="sixty-nine"')

    tables, report = read_in_pieces(export.whole(*rates))

    assert _seen(tables) == [rate for rate in range(60, 80) if rate not in (63, 67, 69)]
    assert {loss.why: loss.what for loss in report.losses} == {
        "damaged: the tag is not whole": "1 element",
        "no time that can be read": "1 element",
        "no value that can be read": "1 element",
    }


def test_a_file_cut_short_keeps_every_whole_record(
    export: Any, rates: list[str], read_in_pieces: Callable[..., Any]
) -> None:
    text = export.whole(*rates)
    cut = text[: text.index('value="75"')]

    tables, report = read_in_pieces(cut)

    assert _seen(tables) == list(range(60, 75))
    assert [loss.what for loss in report.losses] == ["1 element", "the rest of the file"]
    assert report.losses[1].where == f"after byte {len(cut.encode())}"


def test_members_of_a_correlation_count_once(export: Any, rates: list[str], read_in_pieces: Callable[..., Any]) -> None:
    inner = "\n".join(" " + rate for rate in rates[:5])
    correlation = f' <Correlation type="HKCorrelationTypeIdentifierX" sourceName="App">\n{inner}\n </Correlation>'

    tables, report = read_in_pieces(export.whole(correlation, *rates))

    assert sorted(_seen(tables)) == list(range(60, 80))
    assert report.passed_over == ("rows the export repeats: 5", "Correlation: 1")


@pytest.mark.parametrize("value", ["32767.4", "32768", "-40000", "1e300"])
def test_a_rate_no_row_can_hold_is_lost_and_named(
    value: str, export: Any, rates: list[str], read_in_pieces: Callable[..., Any]
) -> None:
    is_held = value == "32767.4"

    tables, report = read_in_pieces(export.whole(*rates, export.record("HeartRate", value, TIMES[30])))

    assert tables["heart_rates"].height == 20 + is_held
    assert [loss.what for loss in report.losses] == ([] if is_held else ["1 heart rate"])


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(
    export: Any, rates: list[str], read_in_pieces: Callable[..., Any]
) -> None:
    text = "\ufeff" + export.whole(*rates).replace("\n", "\r\n")

    tables, report = read_in_pieces(text)

    assert _seen(tables) == list(range(60, 80))
    assert report.losses == ()


def test_a_comment_is_no_data(export: Any, rates: list[str], read_in_pieces: Callable[..., Any]) -> None:
    text = export.whole(rates[0], f"<!-- {rates[1]} -->", *rates[2:])

    tables, report = read_in_pieces(text)

    assert 61 not in _seen(tables)
    assert report.losses == ()


def test_an_export_with_nothing_in_it_is_no_fault(export: Any, read_in_pieces: Callable[..., Any]) -> None:
    tables, report = read_in_pieces(export.whole(' <ExportDate value="2024-06-01 08:10:05 +0200"/>'))

    assert tables == {}
    assert report.losses == ()


def test_wherever_it_is_cut_the_whole_part_is_kept(read_in_pieces: Callable[..., Any]) -> None:
    days = AppleDays(seed=9, first_date=date(2024, 3, 1), day_count=1, rates_a_day=40, stretches_a_day=4)
    whole = ("\n".join(apple_lines(days)) + "\n").encode()
    chance = random.Random(4)

    read_count = 0
    for _ in range(CUTS):
        cut = whole[: chance.randrange(len(whole))]
        whole_rates = cut.count(b'HeartRateMotionContext" value="1"/>')
        if whole_rates:
            tables, report = read_in_pieces(cut, chunk_bytes=20_000)
            assert tables["heart_rates"].height >= whole_rates
            assert report.losses[-1].what == "the rest of the file"
            read_count += 1
        else:
            with contextlib.suppress(CorruptExport):
                read_in_pieces(cut, chunk_bytes=20_000)

    assert read_count > CUTS // 2
