"""athlete.toml: every key is optional, and a slip in one sets aside that key alone."""

from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.readers.athlete_card import AthleteCard, look_at_card, read_card

WHOLE = """
display_name = "Ada"
squad = "track"
time_zone = "Europe/Berlin"
birth_year = 1994
sex = "female"
heart_rate_max_bpm = 191
background = "Came back from a stress fracture in autumn."
simulated = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    athlete = tmp_path / "ada"
    athlete.mkdir()
    return athlete


def test_a_whole_card_is_read(folder: Path) -> None:
    (folder / "athlete.toml").write_text(WHOLE)

    assert read_card(folder) == AthleteCard(
        display_name="Ada",
        squad="track",
        time_zone="Europe/Berlin",
        birth_year=1994,
        sex="female",
        heart_rate_max_bpm=191,
        background="Came back from a stress fracture in autumn.",
        simulated=True,
    )


def test_without_a_card_there_are_defaults(folder: Path) -> None:
    card = read_card(folder)

    assert card == AthleteCard(display_name="ada", squad="unassigned", time_zone="UTC")
    assert card.zone.key == "UTC"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('time_zone = "Mars/Olympus"', "time_zone"),
        ("time_zone = 1", "time_zone"),
        ('birth_year = "1994"', "birth_year"),
        ("birth_year = 94", "birth_year"),
        ("birth_year = true", "birth_year"),
        ('sex = "f"', "sex"),
        ("heart_rate_max_bpm = 20", "heart_rate_max_bpm"),
        ("heart_rate_max_bpm = 191.5", "heart_rate_max_bpm"),
        ('simulated = "yes"', "simulated"),
        ("squad = 3", "squad"),
        ('squad = "  "', "squad"),
        ('nickname = "Ace"', "nickname"),
        ("[squad]\nname = 3", "squad"),
    ],
)
def test_a_slip_names_its_key_and_costs_only_that_key(folder: Path, line: str, key: str) -> None:
    (folder / "athlete.toml").write_text(f'display_name = "Ada"\n{line}\n')

    look = look_at_card(folder)

    assert look.card == AthleteCard(display_name="Ada")
    assert len(look.errors) == 1
    assert f"key {key} " in look.errors[0].found
    assert look.errors[0].remedy
    with pytest.raises(ConfigurationError, match=key):
        read_card(folder)


@pytest.mark.parametrize("content", [b"display_name = Ada", b"\xff\xfe", b"squad = 'a'\nsquad = 'b'"])
def test_a_card_that_is_no_toml_is_told_and_defaults_stand_in(folder: Path, content: bytes) -> None:
    (folder / "athlete.toml").write_bytes(content)

    look = look_at_card(folder)

    assert look.card == AthleteCard(display_name="ada")
    assert "ada/athlete.toml" in str(look.errors[0])


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    (folder / "athlete.toml").write_bytes(b'\xef\xbb\xbfsquad = "track"\n')

    assert read_card(folder).squad == "track"
