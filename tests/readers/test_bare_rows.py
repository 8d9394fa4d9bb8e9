"""The short way through a file of bare numbers ends where the long way ends."""

import pytest

from pipelines.readers.beat_rows import Row, bare_rows, rows_of
from pipelines.readers.text_file import lines_of, number_of


@pytest.mark.parametrize("text", [b"812\n798\n805\n", b"812\r\n798\r\n805", b"0\n999999\n", b"812"])
def test_bare_numbers_read_as_line_by_line(tmp_path, text):
    file = tmp_path / "rr.txt"
    file.write_bytes(text)

    short = bare_rows(file)
    long = rows_of(lines_of(file), lambda line: Row(rr=number_of(line)), needs_stamp=False)

    assert short == long


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"rr\n812\n",
        b"812\n\n798\n",
        b"812.5\n",
        b"812;1\n",
        b"# a\n812\n",
        b"-812\n",
        b"1234567\n",
        b"\xef\xbb\xbf812\n",
    ],
)
def test_any_other_file_is_left_to_the_long_way(tmp_path, text):
    file = tmp_path / "rr.txt"
    file.write_bytes(text)

    assert bare_rows(file) is None
