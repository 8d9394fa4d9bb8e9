"""What the bench of experiments found, as lines that are met or missed, as JSON, and as a table to read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.observations.rule_rates.rate import wilson
from pipelines.proofs.target_line import MET, MISSED, NOT_MEASURED

FALSE_LOWEST, FALSE_HIGHEST = 0.035, 0.065
"""Share (fraction) of experiments without an effect that may claim one: 5 % give or take 1.5."""

BOUNDARY_HIGHEST = 0.05
"""Largest share of experiments with the smallest effect that may call it no difference worth knowing."""

LEAST_COUNT = 500
"""Experiments below which a share is printed and not judged: its interval is wider than the promise."""

FORMAT = 1
"""Raised when the JSON changes in a way that a reader of it would not understand."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A verdict beside the truth."""

    verdict: str
    is_held: bool
    """Whether the interval holds the effect."""
    coverage: float
    off: float
    """Estimate minus effect, in the unit of the metric."""
    spread: float
    """One standard deviation from day to day, in that unit."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """One experiment: what was asked, the power that was stated, and what came of it; no verdict is none."""

    kind: str
    smallest: float
    week_count: int
    power: float | None
    is_begun: bool = False
    measured: Measured | None = None
    has_leaked: bool | None = None
    """Whether anything of the result was there a day before the end; null where nobody looked."""

    @property
    def is_shown(self) -> bool:
        """Whether it claims an effect of the planted sign."""
        return self.measured is not None and self.measured.verdict == "raised"

    @property
    def is_claimed(self) -> bool:
        """Whether it claims any effect."""
        return self.measured is not None and self.measured.verdict in {"raised", "lowered"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One promise and what was measured of it; null where too few were played to judge."""

    name: str
    wanted: str
    told: str
    is_met: bool | None

    @property
    def verdict(self) -> str:
        """Met, missed, or not measured."""
        return {True: MET, False: MISSED, None: NOT_MEASURED}[self.is_met]


@dataclass(frozen=True, kw_only=True)
class Power:
    """Experiments of one group that were begun: the power that was stated on average, and the share that showed it."""

    group: str
    stated: float
    shown: int
    count: int
    lower: float
    upper: float

    @property
    def is_right(self) -> bool:
        """Whether what was stated lies in the interval of what was seen."""
        return self.lower <= self.stated <= self.upper

    @property
    def is_overstated(self) -> bool:
        """Whether more was stated than what was seen allows."""
        return self.stated > self.upper


@dataclass(frozen=True, kw_only=True)
class ExperimentReport:
    """Every experiment that was played, without an effect and with the smallest one worth knowing."""

    seed: int
    is_quick: bool
    level: float
    needed: float
    without: tuple[Played, ...]
    planted: tuple[Played, ...]

    def powers(self) -> tuple[Power, ...]:
        """All that were begun with an effect, then by kind of athlete, then by setting; intervals hold all at once."""
        begun = [one for one in self.planted if one.is_begun]
        kinds = list(dict.fromkeys(one.kind for one in begun))
        settings = list(dict.fromkeys((one.smallest, one.week_count) for one in begun))
        groups = [("all", begun)]
        groups += [(name, [one for one in begun if one.kind == name]) for name in kinds]
        groups += [
            (f"{size:g} sd in {weeks} weeks", [one for one in begun if (one.smallest, one.week_count) == (size, weeks)])
            for size, weeks in settings
        ]
        return tuple(_power(name, members, of=len(groups) - 1 if name != "all" else 1) for name, members in groups)

    def lines(self) -> tuple[Line, ...]:
        """Every promise."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[Line]:
        answered = [one for one in self.without if one.measured is not None]
        claimed = sum(one.is_claimed for one in answered)
        yield Line(
            name="false alarms without an effect",
            wanted=f"{FALSE_LOWEST:.1%} to {FALSE_HIGHEST:.1%}",
            told=_told(claimed, len(answered)),
            is_met=_judged(len(answered), FALSE_LOWEST <= claimed / max(1, len(answered)) <= FALSE_HIGHEST),
        )
        powers = self.powers()
        yield Line(
            name="power as stated, all experiments that were begun",
            wanted=f"stated {powers[0].stated:.3f} within the 95 % interval",
            told=_told(powers[0].shown, powers[0].count),
            is_met=_judged(powers[0].count, powers[0].is_right),
        )
        wrong = [one.group for one in powers[1:] if one.is_overstated]
        yield Line(
            name="power not overstated, by kind of athlete and by effect",
            wanted="none above its interval (95 % for all of them together)",
            told=f"{len(powers) - 1 - len(wrong)} of {len(powers) - 1} groups"
            + (f"; not: {', '.join(wrong)}" if wrong else ""),
            is_met=_judged(powers[0].count, not wrong),
        )
        yield self._begun(powers[0])
        for name, played in (("without an effect", self.without), ("with one", self.planted)):
            yield _coverage(name, [one.measured for one in played if one.measured is not None])
        yield self._boundary()
        looked = [one.has_leaked for one in (*self.without, *self.planted) if one.has_leaked is not None]
        leaked = sum(looked)
        yield Line(
            name="results shown a day before the end",
            wanted="none",
            told=f"{leaked} of {len(looked):,}",
            is_met=leaked == 0,
        )

    def _begun(self, power: Power) -> Line:
        lower, _ = wilson(power.shown / max(1, power.count), max(1, power.count))
        return Line(
            name="experiments that were begun show the smallest effect",
            wanted=f"at least {self.needed:.1f}",
            told=f"{_told(power.shown, power.count)}; {len(self.planted) - power.count:,} were refused",
            is_met=_judged(power.count, lower >= self.needed),
        )

    def _boundary(self) -> Line:
        told = [one for one in self.planted if one.measured is not None]
        missed = sum(one.measured is not None and one.measured.verdict == "no_difference" for one in told)
        wrong = sum(one.is_claimed and not one.is_shown for one in told)
        return Line(
            name="no difference worth knowing, though the smallest effect was there",
            wanted=f"at most {BOUNDARY_HIGHEST:.0%}",
            told=f"{_told(missed, len(told))}; {wrong} with the wrong sign",
            is_met=_judged(len(told), missed / max(1, len(told)) <= BOUNDARY_HIGHEST),
        )

    def as_json(self) -> dict[str, object]:
        """Lines, groups and counts."""
        return {
            "format": FORMAT,
            "bench": "experiments",
            "seed": self.seed,
            "is_quick": self.is_quick,
            "is_simulated": True,
            "lines": [
                {"name": one.name, "wanted": one.wanted, "measured": one.told, "verdict": one.verdict}
                for one in self.lines()
            ],
            "powers": [
                {
                    "group": one.group,
                    "stated": one.stated,
                    "shown": one.shown / one.count if one.count else None,
                    "count": one.count,
                    "lower": one.lower,
                    "upper": one.upper,
                }
                for one in self.powers()
            ],
            "played": {
                name: {
                    "asked": len(played),
                    "refused": sum(not one.is_begun for one in played),
                    "without_verdict": sum(one.is_begun and one.measured is None for one in played),
                }
                for name, played in (("without_effect", self.without), ("with_effect", self.planted))
            },
        }

    def as_markdown(self) -> str:
        """One row a line, then stated against seen power."""
        rows = ["| promise | wanted | measured (n, 95 %) | |", "| --- | --- | --- | --- |"]
        rows += [f"| {one.name} | {one.wanted} | {one.told} | {one.verdict} |" for one in self.lines()]
        rows += [
            "",
            "| experiments begun with the smallest effect | stated power | shown | |",
            "| --- | --- | --- | --- |",
        ]
        rows += [
            f"| {one.group} | {one.stated:.3f} | {one.shown / max(1, one.count):.3f} ({one.lower:.3f} to "
            f"{one.upper:.3f}), {one.count:,} | {self._beside(one)} |"
            for one in self.powers()
        ]
        return "\n".join(["Simulated athletes.", "", *rows, ""])

    @staticmethod
    def _beside(power: Power) -> str:
        return "overstated" if power.is_overstated else "" if power.is_right else "understated"


def _power(name: str, members: Sequence[Played], *, of: int) -> Power:
    """The group with an interval that holds for all of so many groups together (Bonferroni)."""
    shown, count = sum(one.is_shown for one in members), len(members)
    stated = sum(one.power or 0.0 for one in members) / max(1, count)
    lower, upper = _interval(shown, count, outside=0.05 / of)
    return Power(group=name, stated=stated, shown=shown, count=count, lower=lower, upper=upper)


def _interval(hits: int, count: int, *, outside: float) -> tuple[float, float]:
    """Wilson's interval of a share, outside of which the truth lies with that chance."""
    if count == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(1.0 - outside / 2.0)
    share = hits / count
    middle = share + z**2 / (2.0 * count)
    half = z * (share * (1.0 - share) / count + z**2 / (4.0 * count**2)) ** 0.5
    whole = 1.0 + z**2 / count
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def _coverage(name: str, measured: Sequence[Measured]) -> Line:
    held, count = sum(one.is_held for one in measured), len(measured)
    stated = sum(one.coverage for one in measured) / max(1, count)
    lower, upper = _interval(held, count, outside=0.05)
    return Line(
        name=f"intervals that hold the effect, experiments {name}",
        wanted=f"stated {stated:.3f} within the 95 % interval",
        told=_told(held, count),
        is_met=_judged(count, lower <= stated <= upper),
    )


def _judged(count: int, is_met: bool) -> bool | None:  # noqa: FBT001 - the verdict itself
    return is_met if count >= LEAST_COUNT else None


def _told(hits: int, count: int) -> str:
    if count == 0:
        return "nothing to count"
    lower, upper = _interval(hits, count, outside=0.05)
    return f"{hits / count:.3f} ({lower:.3f} to {upper:.3f}), {hits:,} of {count:,}"
