"""What a FIT file may look like from outside, whole and damaged."""

import random

import pytest

from pipelines.errors import CorruptExport
from pipelines.readers.contract import Head
from pipelines.readers.fit_export import READER


@pytest.fixture
def small(fit_file):
    return fit_file().file_id().records(5).session(elapsed_s=5)


def heart_rates(result):
    return result["records"]["heart_rate_bpm"].to_list()


def losses(result):
    return [(loss.what, loss.where) for loss in result.report.losses]


@pytest.mark.parametrize("header", [{"header_size": 12}, {"header_size": 14}, {"header_crc": 0}])
def test_every_kind_of_header_is_read_without_a_loss(small, read_fit, header):
    result = read_fit(small.bytes(**header))

    assert heart_rates(result) == [120, 121, 122, 123, 124]
    assert result.report.losses == ()


def test_the_signature_is_recognised_and_nothing_else(small):
    data = small.bytes()

    assert READER.recognise(Head(name="any.bin", size_bytes=len(data), start=data))
    assert not READER.recognise(Head(name="a.fit", size_bytes=12, start=b"not a fit file"))


def test_byte_order_is_taken_from_each_definition(fit_file, read_fit, start_s):
    both = fit_file().file_id()
    both.define(0, 20, [(253, 4, 0x86), (7, 2, 0x84)]).add(0, start_s, 258)
    both.define(1, 20, [(253, 4, 0x86), (7, 2, 0x84)], big=True).add(1, start_s + 1, 258).add(0, start_s + 2, 259)

    assert read_fit(both.bytes())["records"]["power_w"].to_list() == [258.0, 258.0, 259.0]


def test_a_definition_replaces_the_one_before_for_its_local_type(fit_file, read_fit, start_s):
    file = fit_file().file_id()
    file.define(1, 20, [(253, 4, 0x86), (3, 1, 2)]).add(1, start_s, 100)
    file.define(1, 20, [(3, 1, 2), (7, 2, 0x84), (253, 4, 0x86)]).add(1, 101, 250, start_s + 1)
    file.define(1, 20, [(253, 4, 0x86), (3, 1, 2)]).add(1, start_s + 2, 102)

    records = read_fit(file.bytes())["records"]

    assert records["heart_rate_bpm"].to_list() == [100, 101, 102]
    assert records["power_w"].to_list() == [None, 250.0, None]
    assert records["record_index"].to_list() == [0, 1, 2]


def test_messages_of_two_kinds_in_turn_keep_the_order_of_the_file(fit_file, read_fit, start_s):
    file = fit_file().file_id()
    file.define(1, 20, [(253, 4, 0x86), (3, 1, 2)]).define(2, 20, [(253, 4, 0x86), (3, 1, 2), (4, 1, 2)])
    for index in range(50):
        file.add(1, start_s + 2 * index, 2 * index).add(2, start_s + 2 * index + 1, 2 * index + 1, 80)

    assert heart_rates(read_fit(file.bytes())) == list(range(100))


def test_chained_files_start_afresh_and_count_their_records_on(small, fit_file, read_fit, start_s):
    second = fit_file().file_id(local=3).records(3, start=start_s + 90_000, heart_rate=150, local=5)
    second.session(start=start_s + 90_000, elapsed_s=3)

    result = read_fit(small.bytes() + second.bytes())

    assert heart_rates(result) == [120, 121, 122, 123, 124, 150, 151, 152]
    assert result["records"]["record_index"].to_list() == list(range(8))
    assert result["activities"]["record_count"].to_list() == [5, 3]
    assert result.report.losses == ()


def test_a_local_type_of_the_first_chained_file_is_unknown_in_the_second(small, fit_file, read_fit):
    second = fit_file().file_id(local=3).raw(b"\x01" + bytes(11))

    result = read_fit(small.bytes() + second.bytes())

    assert len(heart_rates(result)) == 5
    assert [loss.why for loss in result.report.losses] == ["a message of local type 1, which no definition describes"]


def test_trailing_bytes_are_the_end_of_the_file(small, read_fit):
    result = read_fit(small.bytes() + bytes(83))

    assert len(heart_rates(result)) == 5
    assert result.report.losses == ()
    assert "83 bytes after the end of the file" in result.report.passed_over


def test_bytes_between_chained_files_are_named_and_stepped_over(small, fit_file, read_fit, start_s):
    data = small.bytes()

    result = read_fit(data + b"\x55" * 40 + fit_file().file_id().records(2, start=start_s + 9000).bytes())

    assert len(heart_rates(result)) == 7
    assert losses(result) == [("40 bytes", f"byte {len(data)}")]


def test_a_damaged_signature_of_a_chained_file_is_a_loss(small, read_fit):
    data = small.bytes()

    result = read_fit(data + data.replace(b".FIT", b".GIT"))

    assert losses(result) == [(f"{len(data)} bytes", f"byte {len(data)}")]


@pytest.mark.parametrize("data_size", [0, 40, 100_000])
def test_a_wrong_data_size_loses_no_record(small, read_fit, data_size):
    result = read_fit(small.bytes(data_size=data_size))

    assert len(heart_rates(result)) == 5
    assert [loss.what for loss in result.report.losses] == ["data size"]


@pytest.mark.parametrize("data_size", [0, 40, 100_000])
def test_a_wrong_data_size_without_a_check_sum_loses_no_record(small, read_fit, data_size):
    result = read_fit(small.bytes(data_size=data_size, crc=0x1234))

    assert len(heart_rates(result)) == 5
    assert result["activities"]["elapsed_s"].to_list() == [5.0]
    assert result.report.losses


def test_an_interrupted_recording_followed_by_another_file_keeps_both(small, fit_file, read_fit, start_s):
    second = fit_file().file_id().records(2, start=start_s + 9000)

    result = read_fit(small.bytes(data_size=0, crc=0xFFFF) + second.bytes())

    assert len(heart_rates(result)) == 7


@pytest.mark.parametrize(
    ("damage", "what"), [({"crc": 0x1234}, "check sum"), ({"header_crc": 0x1234}, "header check sum")]
)
def test_a_wrong_check_sum_is_named_and_the_data_are_kept(small, read_fit, damage, what):
    result = read_fit(small.bytes(**damage))

    assert len(heart_rates(result)) == 5
    assert what in [loss.what for loss in result.report.losses]


def test_a_missing_check_sum_is_named_and_the_data_are_kept(small, read_fit):
    data = small.bytes()[:-2]

    result = read_fit(data)

    assert len(heart_rates(result)) == 5
    assert losses(result) == [("check sum", f"byte {len(data)}")]


def test_an_undefined_local_type_ends_the_reading_at_its_byte(fit_file, read_fit, start_s):
    file = fit_file().file_id().records(4)
    at = 14 + len(file.body)
    file.raw(b"\x0b" + bytes(20)).records(4, start=start_s + 10)

    result = read_fit(file.bytes())

    assert len(heart_rates(result)) == 4
    assert result.report.losses[0].where == f"byte {at}"


def test_a_file_cut_at_any_byte_keeps_every_whole_message(small, read_fit):
    data = small.bytes()
    ends = [14 + end for end in small.ends]

    for cut in range(len(data)):
        whole = sum(end <= cut for end in ends)
        if whole == 0:
            with pytest.raises(CorruptExport, match=r"activity\.fit"):
                read_fit(data[:cut])
            continue
        result = read_fit(data[:cut])
        assert len(heart_rates(result)) == min(whole - 1, 5), cut
        assert result.report.losses, cut
        assert all(loss.where.startswith("byte ") for loss in result.report.losses)


def test_a_second_chained_file_cut_at_any_byte_keeps_the_first(small, read_fit):
    data = small.bytes()
    ends = [14 + end for end in small.ends]

    for cut in range(1, len(data)):
        result = read_fit(data + data[:cut])
        whole = sum(end <= cut for end in ends)
        assert len(heart_rates(result)) == 5 + min(max(whole - 1, 0), 5), cut


def test_flipped_bits_never_crash_the_reader(fit_file, read_fit):
    file = fit_file().file_id().records(8).session(elapsed_s=8)
    file.define(3, 78, [(0, 10, 0x84)]).add(3, (800, 810, 790, 0xFFFF, 0xFFFF))
    file.define(4, 55, [(26, 2, 0x84), (27, 1, 2)]).add(4, 100, 60)
    good = file.bytes()
    chance = random.Random(4)
    read_whole = 0

    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            read_whole += len(read_fit(bytes(data))["records"]) >= 8
        except CorruptExport:
            continue

    assert 60 < read_whole < 300


def test_bytes_that_only_look_like_a_fit_file_are_corrupt(fit_file, read_fit):
    with pytest.raises(CorruptExport, match="no whole message"):
        read_fit(fit_file().bytes())
    with pytest.raises(CorruptExport, match="no whole message"):
        read_fit(b"\x0e\x20\x63\x08" + b"\xff" * 4 + b".FIT" + b"\xff" * 50)


@pytest.mark.parametrize("number", [0, 12, 18, 19, 20, 21, 23, 34, 55, 78, 103, 132, 206, 211, 227, 275, 290, 346, 372])
@pytest.mark.parametrize("base", [0x85, 0x88, 0x89, 0x8E, 0x8F, 0x0D, 0x07])
def test_fields_of_a_type_they_should_not_have_never_crash_the_reader(fit_file, read_fit, number, base):
    size = {0x85: 4, 0x88: 4, 0x89: 8, 0x8E: 8, 0x8F: 8, 0x0D: 8, 0x07: 8}[base]
    wild = {
        0x85: (-1, 2**31 - 2), 0x88: (1e38, float("inf")), 0x89: (1e300, float("-inf")), 0x8E: (-(2**63), 2**62),
        0x8F: (2**64 - 2, 2**63), 0x0D: (b"\xfe" * 8, b"\0\1" * 4), 0x07: (b"text\xff\xfe", b"\0"),
    }[base]  # fmt: skip
    file = fit_file().file_id().records(3)
    for local, numbers in ((3, (253, *range(10))), (4, (253, *range(10, 32)))):
        file.define(local, number, [(field, size, base) for field in numbers])
        for value in wild:
            file.add(local, *[value] * len(numbers))

    result = read_fit(file.bytes())

    assert len(result["records"]) == 3 + (4 if number == 20 else 0)


def test_a_file_of_nothing_but_damaged_headers_is_given_up_in_time(small, read_fit):
    header = b"\x0c\x20\x63\x08\xff\xff\xff\x00.FIT"

    result = read_fit(small.bytes() + header * 20_000)

    assert len(heart_rates(result)) == 5
    assert result.report.losses[-1].why == "too many damaged headers before it"
    assert len(result.report.losses) <= 102
