"""athlete.toml: who the athlete is, in a few lines beside the exports. Every key is optional."""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pipelines.errors import ConfigurationError

CARD_NAME = "athlete.toml"

SEXES = ("female", "male", "other")

BIRTH_YEARS = range(1900, 2031)
"""Calendar years a living athlete may state."""

HEART_RATES_MAX_BPM = range(100, 251)
"""Maximum heart rates (bpm) a person may state; beyond them it is a slip of the pen."""


@dataclass(frozen=True, kw_only=True)
class AthleteCard:
    """What athlete.toml says about an athlete; the columns of `athletes`. None where it says nothing."""

    display_name: str
    squad: str = "unassigned"
    time_zone: str = "UTC"
    birth_year: int | None = None
    sex: str | None = None
    heart_rate_max_bpm: int | None = None
    background: str | None = None
    simulated: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that local times without an offset are read in."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class CardLook:
    """A card with the default in the place of every key that could not be used, and what was wrong with each."""

    card: AthleteCard
    errors: tuple[ConfigurationError, ...] = ()


def read_card(folder: Path) -> AthleteCard:
    """The card in the athlete's folder; defaults where there is none.

    Raises `ConfigurationError` for a key that is unknown or says something impossible. To go on without that key
    instead, use `look_at_card`.
    """
    look = look_at_card(folder)
    if look.errors:
        raise look.errors[0]
    return look.card


def look_at_card(folder: Path) -> CardLook:
    """The card with what is wrong in it as data: a slip in one key sets aside that key alone."""
    card = AthleteCard(display_name=folder.name)
    path = folder / CARD_NAME
    try:
        stated = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return CardLook(card=card)
    except (OSError, ValueError) as error:
        remedy = "Mend the file: each line reads key = value, with text in double quotes"
        return CardLook(card=card, errors=(_error(path, str(error), remedy),))
    errors = []
    for key, value in stated.items():
        try:
            checked: dict[str, Any] = {key: _checked(path, key, value)}
            card = replace(card, **checked)
        except ConfigurationError as error:
            errors.append(error)
    return CardLook(card=card, errors=tuple(errors))


def _checked(path: Path, key: str, value: object) -> object:
    """The value of one key when it can be used; raises `ConfigurationError` when not."""
    if key not in _KEYS:
        raise _error(path, f"key {key} is not known", f"Take it out, or use one of {', '.join(_KEYS)}")
    if key == "simulated":
        return _expect(path, key, value, isinstance(value, bool), "Write true or false, without quotes")
    if key == "birth_year":
        return _expect(path, key, value, _is_in(value, BIRTH_YEARS), "Write a year such as 1994, without quotes")
    if key == "heart_rate_max_bpm":
        return _expect(path, key, value, _is_in(value, HEART_RATES_MAX_BPM), "Write bpm such as 188, without quotes")
    if key == "sex":
        return _expect(path, key, value, value in SEXES, f"Write one of {', '.join(SEXES)}, in double quotes")
    if key == "time_zone":
        is_zone = isinstance(value, str) and value in _time_zones()
        return _expect(path, key, value, is_zone, 'Write an IANA time zone such as "Europe/Berlin"')
    is_text = isinstance(value, str) and bool(value.strip())
    text = _expect(path, key, value, is_text, "Write a text in double quotes")
    return str(text).strip()


@cache
def _time_zones() -> frozenset[str]:
    """Every zone this machine knows: finding them walks through a folder, which takes 15 ms of CPU time."""
    return frozenset(available_timezones())


def _is_in(value: object, allowed: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in allowed


def _expect(path: Path, key: str, value: object, is_fine: bool, remedy: str) -> object:  # noqa: FBT001
    if is_fine:
        return value
    raise _error(path, f"key {key} is {str(value)[:60]!r}", remedy)


def _error(path: Path, found: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(doing="read", where=f"{path.parent.name}/{path.name}", found=found, remedy=remedy)


_KEYS = tuple(field.name for field in fields(AthleteCard))
