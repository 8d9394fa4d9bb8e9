"""What a file calls itself is printed as it stands."""

import pytest

from wattworth.printing import print_line, print_table, shown


@pytest.mark.parametrize("text", ["oura:ring:", "[bold]run[/bold]", "garmin:9:1 [1]"])
def test_a_key_is_neither_a_picture_nor_a_style(text, capsys):
    print_table(["device"], [[text]])
    print_line(text)

    table, line = capsys.readouterr().out.rstrip().rsplit("\n", 1)
    assert text in table
    assert line.strip() == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (21960.4, "21960"),
        (9999.4, "9999"),
        (-12345.0, "-12345"),
        (0.012345, "0.01235"),
        (1e15, "1e+15"),
        (float("nan"), "nan"),
    ],
)
def test_a_large_number_is_written_out(number, text):
    assert shown(number) == text
