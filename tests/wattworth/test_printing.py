"""What a file calls itself is printed as it stands."""

import pytest

from wattworth.printing import print_line, print_table


@pytest.mark.parametrize("text", ["oura:ring:", "[bold]run[/bold]", "garmin:9:1 [1]"])
def test_a_key_is_neither_a_picture_nor_a_style(text, capsys):
    print_table(["device"], [[text]])
    print_line(text)

    table, line = capsys.readouterr().out.rstrip().rsplit("\n", 1)
    assert text in table
    assert line.strip() == text
