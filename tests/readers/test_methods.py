"""The identity of a metric: every number a reader puts into daily_values is declared, and no two share a name."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from pipelines.readers.catalogue import OBSERVED, labels, readers
from pipelines.readers.contract import Batch, Method, Reader, Source
from pipelines.readers.documentation import formats_markdown

EVERY_READER = pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
KEY = ["metric", "method", "reading", "unit"]
WHOLE_NIGHT_RMSSD = {"garmin_last_night_average", "oura_night_average", "whoop_recovery", "fitbit_main_sleep"}


def _declared() -> list[tuple[str, Method]]:
    return [(reader.name, method) for reader in readers() for method in reader.methods]


@EVERY_READER
def test_every_value_of_an_example_is_declared_with_its_unit_and_reading(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    batches = [item for item in reader.read(source_of(*examples[reader.name])) if isinstance(item, Batch)]

    told = {row for batch in batches if batch.table == "daily_values" for row in batch.frame.select(KEY).iter_rows()}

    assert told <= {(method.metric, method.method, method.reading, method.unit) for method in reader.methods}


@EVERY_READER
def test_a_reader_that_fills_daily_values_says_with_what(reader: Reader) -> None:
    assert bool(reader.methods) is ("daily_values" in reader.tables)


def test_two_readers_share_a_name_only_for_truly_the_same_number() -> None:
    by_name: dict[tuple[str, str], set[Method]] = defaultdict(set)
    for _, method in _declared():
        by_name[method.metric, method.method].add(method)

    assert {name: found for name, found in by_name.items() if len(found) > 1} == {}


def test_a_metric_has_one_unit_whoever_states_it() -> None:
    units: dict[str, set[str]] = defaultdict(set)
    for _, method in _declared():
        units[method.metric].add(method.unit)

    assert {metric: found for metric, found in units.items() if len(found) > 1} == {}


def test_a_score_is_known_by_its_metric_by_its_method_and_by_its_evidence() -> None:
    told = {
        (
            method.metric.endswith("_score"),
            method.method.startswith("vendor_score"),
            method.evidence == "black_box" and method.unit == "points",
        )
        for _, method in _declared()
    }

    assert told == {(True, True, True), (False, False, False)}


def test_every_vendor_tells_its_rmssd_of_a_night_under_a_method_of_its_own() -> None:
    told = {method.method: method.stored_only for _, method in _declared() if method.metric == "rmssd"}

    assert {name for name, why_not in told.items() if not why_not} >= WHOLE_NIGHT_RMSSD
    assert all(method.unit == "ms" for _, method in _declared() if method.metric in {"rmssd", "sdnn"})


def test_no_method_states_both_rmssd_and_sdnn_of_one_kind_of_night() -> None:
    nightly = {method.method for _, method in _declared() if method.metric == "rmssd" and method.reading == "night"}

    assert nightly.isdisjoint(method.method for _, method in _declared() if method.metric == "sdnn")


def test_every_number_says_over_what_stretch_it_is_taken_and_how_a_coach_reads_it() -> None:
    told = [(method.window, method.label) for _, method in _declared()]

    assert told
    assert all(window.strip() and label.strip() for window, label in told)


def test_the_page_of_formats_lists_every_number_with_its_use() -> None:
    page = formats_markdown()

    lines = [line for line in page.splitlines() if line.startswith("| rmssd |")]
    assert all(f"`{method.method}`" in page for _, method in _declared())
    assert any("`whoop_recovery`" in line and line.endswith("| observed |") for line in lines)
    assert any("`fitbit_deep_sleep`" in line and "stored only" in line for line in lines)
    assert "| recovery_score | `vendor_score_whoop` | night | points |" in page


def test_a_method_is_read_in_one_way_wherever_it_is_observed() -> None:
    told: dict[str, set[str]] = defaultdict(set)
    for _, method in _declared():
        if method.metric in OBSERVED:
            told[method.method].add(method.label)

    assert {name: found for name, found in told.items() if found != {labels()[name]}} == {}
    assert labels()["fitbit_main_sleep"] == "stated by Fitbit, whole sleep"
