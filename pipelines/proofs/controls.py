"""Clean subjects on which every flag is a false alarm: everyday ones, and healthy ones that look like faults."""

from dataclasses import dataclass

from pipelines.proofs.cases import KINDS, Wish


@dataclass(frozen=True, kw_only=True)
class Control:
    """One kind of clean subject; hard negatives are listed apart from everyday ones."""

    name: str
    is_hard: bool
    wishes: tuple[Wish, ...]


def controls(count: int) -> tuple[Control, ...]:
    """Every kind of control, with so many mornings and fewer of what is larger."""
    few, fewer = max(3, count // 3), max(2, count // 12)
    return (
        _control("mornings", [Wish(table="beats", number=n) for n in range(count)]),
        _control("nights of beats", [Wish(table="beats", number=n, is_night=True) for n in range(fewer)]),
        _control(
            "runs",
            [Wish(table="records", number=n, kind=KINDS[n % 3], is_wrist=n % 2 == 1) for n in range(few)],
        ),
        _control("watch values", [Wish(table="daily_values", number=n) for n in range(fewer)]),
        _control("watch nights", [Wish(table="nights", number=n) for n in range(fewer)]),
        _hard(
            "high variability (RMSSD 110-160 ms)",
            [Wish(table="beats", number=n, rmssd=110.0 + 50.0 * n / few) for n in range(few)],
        ),
        _hard(
            "low variability (RMSSD 12-18 ms)", [Wish(table="beats", number=n, rmssd=12.0 + n % 7) for n in range(few)]
        ),
        _hard("strides (short sprints)", [Wish(table="records", number=n, kind="strides") for n in range(few)]),
        _hard("intervals", [Wish(table="records", number=n, kind="intervals") for n in range(few)]),
        _hard("hills", [Wish(table="records", number=n, kind="hills") for n in range(few)]),
        _hard("pauses", [Wish(table="records", number=n, kind="easy", pause_count=3) for n in range(few)]),
        _hard("treadmill", [Wish(table="records", number=n, kind="steady", is_treadmill=True) for n in range(few)]),
        _hard(
            "runs with a history",
            [Wish(table="records", number=n, kind=KINDS[n % 5], history_count=12) for n in range(few)],
        ),
        _hard(
            "a new watch at the same level",
            [Wish(table="daily_values", number=n, has_new_device=True) for n in range(fewer)],
        ),
        _hard("nights abroad", [Wish(table="nights", number=n, time_zone_hours=8) for n in range(fewer)]),
        _hard("smart recording", [Wish(table="records", number=n, kind="easy", is_smart=True) for n in range(few)]),
    )


def _control(name: str, wishes: list[Wish]) -> Control:
    return Control(name=name, is_hard=False, wishes=tuple(wishes))


def _hard(name: str, wishes: list[Wish]) -> Control:
    return Control(name=name, is_hard=True, wishes=tuple(wishes))
