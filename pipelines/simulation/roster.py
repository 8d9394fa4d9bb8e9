"""The athletes of the generated squad: invented people, their devices, and what happens to them."""

from dataclasses import dataclass, replace
from typing import Literal

from pipelines.simulation.athlete import Profile
from pipelines.simulation.calendar import Block
from pipelines.simulation.devices import COROS, GARMIN, POLAR, SUUNTO, Device

SQUAD = "Tern Point"
"""Name of the invented squad."""

TIME_ZONE = "Atlantic/Azores"
"""Zone of the squad: the nearest to the open water its runs lie on."""

MorningFormat = Literal["rr_text", "hrv_logger"]


@dataclass(frozen=True, kw_only=True)
class Member:
    """One athlete: who, how fit, with which devices, and what is special about the exports."""

    folder: str
    display_name: str
    sex: str
    birth_year: int
    profile: Profile
    watch: Device
    has_strap: bool
    morning: MorningFormat | None
    """Format of the morning readings; None for whom a watch measures at night."""
    night_count: int = 0
    """How many of the last nights are whole nights of beats."""
    new_watch: Device | None = None
    """Watch from the middle of the period on."""
    is_on_treadmill: bool = False
    """One run a week is on the treadmill."""
    has_episode: bool = False
    is_short_of_sleep: bool = False
    is_drifting: bool = False
    is_improving: bool = False
    has_walk: bool = False
    """Took part in an experiment that ended on the last date; see `experiments`."""
    has_nap: bool = False
    """Was asked about in an experiment that was refused."""
    has_plan: bool = False
    """The coach's plan of every day is among the exports."""
    blocks: tuple[Block, ...] = ()
    background: str = ""


def _profile(  # noqa: PLR0917 - one line per athlete below
    level: float, resting: float, ceiling: float, threshold: float, need_h: float, wake: float, runs: int
) -> Profile:
    return Profile(
        level_ln_ms=level,
        resting_bpm=resting,
        max_bpm=ceiling,
        threshold_m_per_s=threshold,
        sleep_need_s=3600.0 * need_h,
        wake_hour=wake,
        runs_per_week=runs,
    )


def _watch(manufacturer: int, product: int, serial: int, firmware: int) -> Device:
    return Device(manufacturer=manufacturer, product=product, serial=serial, firmware_hundredths=firmware)


ROSTER = (
    Member(
        folder="aino-saarvik",
        display_name="Aino Saarvik",
        sex="female",
        birth_year=1996,
        profile=_profile(4.35, 46, 191, 4.1, 8.0, 6.4, 5),
        watch=_watch(GARMIN, 3289, 4_100_001, 2720),
        has_strap=True,
        morning="hrv_logger",
        night_count=21,
        is_improving=True,
        has_plan=True,
        blocks=(Block(cause="travel", days_back=75, day_count=4, is_noted=True),),
        background="Ten years of track before the marathon. Sleeps badly before races.",
    ),
    Member(
        folder="bero-quillan",
        display_name="Bero Quillan",
        sex="male",
        birth_year=1988,
        profile=_profile(3.95, 51, 184, 3.9, 7.4, 6.0, 4),
        watch=replace(_watch(SUUNTO, 57, 4_100_002, 230), is_enhanced=False),
        has_strap=True,
        morning="rr_text",
        night_count=21,
        is_drifting=True,
        blocks=(
            Block(cause="day_off", days_back=46, day_count=2, is_noted=True),
            Block(cause="file_failed", days_back=61, day_count=2, is_noted=False),
        ),
        background="Works in shifts every third week.",
    ),
    Member(
        folder="cleo-marvane",
        display_name="Cleo Marvane",
        sex="female",
        birth_year=1999,
        profile=_profile(4.20, 49, 195, 3.7, 8.3, 7.0, 4),
        watch=_watch(GARMIN, 3990, 4_100_003, 1821),
        has_strap=False,
        morning=None,
        is_short_of_sleep=True,
        has_walk=True,
        has_plan=True,
        blocks=(
            Block(cause="not_synced", days_back=33, day_count=4, is_noted=False, answer="device"),
            Block(cause="run_left_out", days_back=13, day_count=6, is_noted=False),
            Block(cause="file_failed", days_back=66, day_count=2, is_noted=False),
        ),
        background="New to the squad; runs by feel.",
    ),
    Member(
        folder="dorian-felk",
        display_name="Dorian Felk",
        sex="male",
        birth_year=1992,
        profile=_profile(4.05, 48, 188, 4.2, 7.8, 6.6, 5),
        watch=_watch(GARMIN, 4315, 4_100_004, 1422),
        has_strap=True,
        morning=None,
        has_episode=True,
        has_plan=True,
        blocks=(
            Block(cause="not_worn", days_back=72, day_count=3, is_noted=False),
            Block(cause="not_synced", days_back=50, day_count=3, is_noted=False),
            Block(cause="file_failed", days_back=37, day_count=2, is_noted=False),
        ),
        background="Ran his best marathon in spring; built up fast since late summer.",
    ),
    Member(
        folder="edda-noor",
        display_name="Edda Noor",
        sex="female",
        birth_year=1981,
        profile=_profile(3.60, 54, 180, 3.5, 7.2, 5.8, 3),
        watch=replace(_watch(POLAR, 218, 4_100_005, 410), recording="compressed", is_enhanced=False),
        has_strap=False,
        morning="rr_text",
        has_plan=True,
        blocks=(Block(cause="file_failed", days_back=30, day_count=1, is_noted=False),),
        background="Comes back from a calf strain in June.",
    ),
    Member(
        folder="falk-ostrander",
        display_name="Falk Ostrander",
        sex="male",
        birth_year=1976,
        profile=_profile(3.45, 55, 177, 3.6, 7.0, 5.6, 4),
        watch=replace(_watch(COROS, 841, 4_100_006, 307), recording="smart"),
        has_strap=True,
        morning="hrv_logger",
        has_nap=True,
        blocks=(Block(cause="ill", days_back=52, day_count=4, is_noted=True),),
        background="Trail runner, likes hills.",
    ),
    Member(
        folder="gwen-tarrow",
        display_name="Gwen Tarrow",
        sex="female",
        birth_year=1990,
        profile=_profile(4.70, 44, 190, 3.9, 8.1, 6.8, 4),
        watch=_watch(COROS, 842, 4_100_007, 311),
        has_strap=True,
        morning="rr_text",
        is_on_treadmill=True,
        blocks=(Block(cause="travel", days_back=27, day_count=5, is_noted=True),),
        background="Very high variability since she was tested first; healthy.",
    ),
    Member(
        folder="hale-imrith",
        display_name="Hale Imrith",
        sex="male",
        birth_year=1985,
        profile=_profile(3.80, 52, 183, 3.7, 7.5, 6.2, 3),
        watch=_watch(GARMIN, 3290, 4_100_008, 2310),
        new_watch=_watch(GARMIN, 4536, 4_100_018, 1016),
        has_strap=False,
        morning=None,
        has_plan=True,
        blocks=(
            Block(cause="day_off", days_back=20, day_count=2, is_noted=False),
            Block(cause="run_left_out", days_back=36, day_count=8, is_noted=False, answer="life"),
            Block(cause="not_synced", days_back=84, day_count=5, is_noted=False),
        ),
        background="Bought a new watch half-way through the season.",
    ),
)


def members(athlete_count: int) -> tuple[Member, ...]:
    """So many athletes: the roster, then namesakes of it with a number."""
    found = []
    for index in range(athlete_count):
        member, cycle = ROSTER[index % len(ROSTER)], index // len(ROSTER) + 1
        if cycle > 1:
            member = replace(member, folder=f"{member.folder}-{cycle}", display_name=f"{member.display_name} {cycle}")
        found.append(member)
    return tuple(found)
