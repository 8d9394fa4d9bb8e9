"""What the bench of the list found, as data and as tables, with the two promises it is held against."""

from dataclasses import dataclass

from pipelines.observations.attention.decide import FALSE_DISCOVERY_RATE
from pipelines.proofs.attention_real import RealNights
from pipelines.proofs.attention_scores import Cell, Score
from pipelines.proofs.scoring import wilson

FORMAT = 1
MOST_ROWS = 1.0
"""Most rows a night, in the mean, on fifty athletes to whom nothing happens. Promise of the product."""
EXPECTED_WITHIN = 0.25
"""Share of the truth within which the printed number expected by chance has to lie. Promise of the product."""
FALSE_SHARE = 0.5
"""Of the false rows of the best rival, the most that ours may have. Promise of the product."""
FALSE_DISCOVERY = FALSE_DISCOVERY_RATE
"""Of a night's rows, the share that may be false in the mean over nights; of nights on which nothing happens to
anybody, the share that may have a row. Promise of the product."""
SEVERITIES = ("mild", "moderate", "severe")
SAME, WHOLE = "as many rows as ours", "whole budget"
OURS, LOT = "ours", "drawn by lot"


@dataclass(frozen=True, kw_only=True)
class StableNights:
    """Nights on which nothing happened to anybody: rows shown, and rows expected by chance."""

    athlete_count: int
    night_count: int
    shown_count: int
    expected_count: float
    shown_night_count: int
    """Nights with any row."""
    per_night_interval: tuple[float, float]
    shown_night_interval: tuple[float, float]
    ratio_interval: tuple[float, float]

    @property
    def per_night(self) -> float:
        """Rows shown a night."""
        return self.shown_count / self.night_count

    @property
    def ratio(self) -> float | None:
        """Rows expected over rows shown; None when none was shown."""
        return self.expected_count / self.shown_count if self.shown_count else None


@dataclass(frozen=True, kw_only=True)
class FalseShare:
    """Share of a night's rows of ours that name nothing planted, in the mean over planted nights; 0 without rows."""

    night_count: int
    mean: float
    interval: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One line of a promise: what is wanted, what was measured, and whether it is met."""

    name: str
    wanted: str
    measured: str
    is_met: bool

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {"name": self.name, "wanted": self.wanted, "measured": self.measured, "is_met": self.is_met}


@dataclass(frozen=True, kw_only=True)
class AttentionReport:
    """All of one run."""

    seed: int
    definition_version: str
    stable: StableNights
    scores: tuple[Score, ...]
    false_share: FalseShare
    planted_night_count: int
    planted_athlete_count: int
    real: RealNights | None

    def named(self, name: str) -> Score:
        """The score of that name."""
        return next(one for one in self.scores if one.name == name)

    def promises(self) -> tuple[Promise, ...]:
        """Every line, met or missed."""
        return (*self._chance(), *self._discovery(), *self._against())

    def _chance(self) -> tuple[Promise, ...]:
        one = self.stable
        low, high = one.per_night_interval
        nights = f"{one.night_count} nights of {one.athlete_count} athletes"
        rows = Promise(
            name="rows a night when nothing happens",
            wanted=f"at most {MOST_ROWS:g}",
            measured=f"{one.per_night:.2f} ({low:.2f} to {high:.2f}), {one.shown_count} rows in {nights}",
            is_met=one.per_night <= MOST_ROWS,
        )
        low, high = one.ratio_interval
        told = "no row was shown" if one.ratio is None else f"{one.ratio:.2f} ({low:.2f} to {high:.2f})"
        ratio = Promise(
            name="expected by chance over truth",
            wanted=f"{1 - EXPECTED_WITHIN:g} to {1 + EXPECTED_WITHIN:g}",
            measured=f"{told}, {one.expected_count / one.night_count:.2f} expected, {one.per_night:.2f} shown a night",
            is_met=one.ratio is not None and abs(one.ratio - 1.0) <= EXPECTED_WITHIN,
        )
        return rows, ratio

    def _discovery(self) -> tuple[Promise, ...]:
        """The rate of false discoveries: missed only where it lies above by more than the interval leaves open."""
        one, quiet = self.false_share, self.stable
        wanted = f"at most {FALSE_DISCOVERY:g}, within the interval"
        low, high = one.interval
        share = Promise(
            name="false share of a night's rows",
            wanted=wanted,
            measured=f"{one.mean:.3f} ({low:.3f} to {high:.3f}), mean over {one.night_count} nights",
            is_met=low <= FALSE_DISCOVERY,
        )
        low, high = quiet.shown_night_interval
        nights = f"{quiet.shown_night_count} of {quiet.night_count} nights"
        any_row = Promise(
            name="nights with any row when nothing happens",
            wanted=wanted,
            measured=f"{quiet.shown_night_count / quiet.night_count:.3f} ({low:.3f} to {high:.3f}), {nights}",
            is_met=low <= FALSE_DISCOVERY,
        )
        return share, any_row

    def _rules(self) -> list[Score]:
        """The rules off the shelf with as many rows a night as a coach can take in."""
        return [one for one in self.scores if one.name.endswith(f", {WHOLE}") and not one.name.startswith(LOT)]

    def best_rule(self) -> Score:
        """Of the rules with the whole budget the one that names most planted episodes, all severities together."""
        return max(self._rules(), key=lambda one: sum(one.severity(name).found_count for name in SEVERITIES))

    def _against(self) -> tuple[Promise, ...]:
        """Recall at each severity above every rival's, and at most half of the false rows of the best rule.

        Rivals are the rules with the whole budget, and a list by lot as long as ours: one by lot of the whole budget
        names everybody sooner or later, which says nothing of who is named.
        """
        ours = self.named(OURS)
        rivals = [*self._rules(), self.named(f"{LOT}, {SAME}")]
        lines = []
        for severity in SEVERITIES:
            best = max(rivals, key=lambda one: _recall(one.severity(severity)))
            own, theirs = ours.severity(severity), best.severity(severity)
            lines.append(
                Promise(
                    name=f"recall, {severity}",
                    wanted=f"above {_told(theirs)} ({best.name})",
                    measured=_told(own),
                    is_met=_recall(own) > _recall(theirs),
                )
            )
        best = self.best_rule()
        lines.append(
            Promise(
                name="false rows",
                wanted=f"at most half of {best.false_count:,} ({best.name}: the rule that names most)",
                measured=f"{ours.false_count:,} of {ours.row_count:,} rows",
                is_met=ours.false_count <= FALSE_SHARE * best.false_count,
            )
        )
        return tuple(lines)

    def _same_length(self) -> str:
        """What no line is held against: the false rows of every list that is as long as ours."""
        ours = self.named(OURS)
        others = [one for one in self.scores if one.name.endswith(f", {SAME}")]
        each = "; ".join(
            f"{one.name.removesuffix(f', {SAME}')} {one.false_count:,} of {one.row_count:,}" for one in others
        )
        least = min(others, key=lambda one: one.false_count)
        half = "at most" if ours.false_count <= FALSE_SHARE * least.false_count else "more than"
        return (
            "Beside the lines, every list cut to our number of rows each night: false rows of ours "
            f"{ours.false_count:,} of {ours.row_count:,}; {each}. At equal length ours has {half} half of the false "
            "rows of the least of them."
        )

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "format": FORMAT,
            "seed": self.seed,
            "definition_version": self.definition_version,
            "stable": {
                "athlete_count": self.stable.athlete_count,
                "night_count": self.stable.night_count,
                "shown_count": self.stable.shown_count,
                "expected_count": self.stable.expected_count,
                "shown_night_count": self.stable.shown_night_count,
                "per_night_interval": self.stable.per_night_interval,
                "shown_night_interval": self.stable.shown_night_interval,
                "ratio_interval": self.stable.ratio_interval,
            },
            "false_share": {
                "night_count": self.false_share.night_count,
                "mean": self.false_share.mean,
                "interval": self.false_share.interval,
            },
            "planted_night_count": self.planted_night_count,
            "planted_athlete_count": self.planted_athlete_count,
            "lists": [one.as_json() for one in self.scores],
            "real": None if self.real is None else self.real.as_json(),
            "promises": [one.as_json() for one in self.promises()],
        }

    def as_markdown(self) -> str:
        """The promises, then the lists, then every kind and severity of ours, then real days."""
        met = sum(one.is_met for one in self.promises())
        made = f"Attention, seed {self.seed}, generated athletes, definition {self.definition_version}"
        where = f"{self.planted_night_count} nights of {self.planted_athlete_count} athletes"
        drawn = "a row drawn by lot is taken to name whatever happens"
        lines = [
            f"{made}: {met} of {len(self.promises())} lines met.",
            "",
            "| line | wanted | measured (n, 95 %) | |",
            "| --- | --- | --- | --- |",
            *(_promise_row(one) for one in self.promises()),
            "",
            f"Planted episodes and what is there to be taken for them, {where}; {drawn}:",
            "",
            "| list | rows | false rows | precision (95 %) | mild | moderate | severe |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(_list_row(one) for one in self.scores),
            "",
            self._same_length(),
            "",
            "| planted | severity | episodes | named by ours (95 %) | median days to it |",
            "| --- | --- | --- | --- | --- |",
            *(_cell_row(cell) for cell in self.named(OURS).cells),
            "",
            _real_told(self.real),
        ]
        return "\n".join(lines) + "\n"


def _recall(cell: Cell) -> float:
    return cell.found_count / cell.episode_count if cell.episode_count else 0.0


def _told(cell: Cell) -> str:
    interval = wilson(cell.found_count, cell.episode_count)
    if interval is None:
        return "nothing planted"
    low, high = interval
    return f"{_recall(cell):.2f} ({low:.2f} to {high:.2f}), {cell.found_count} of {cell.episode_count}"


def _promise_row(one: Promise) -> str:
    return f"| {one.name} | {one.wanted} | {one.measured} | {'met' if one.is_met else '**missed**'} |"


def _list_row(one: Score) -> str:
    interval = wilson(one.true_count, one.row_count)
    share = (
        "no row"
        if interval is None
        else f"{one.true_count / one.row_count:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"
    )
    cells = [one.severity(name) for name in SEVERITIES]
    shares = " | ".join(f"{_recall(cell):.2f}" for cell in cells)
    return f"| {one.name} | {one.row_count:,} | {one.false_count:,} | {share} | {shares} |"


def _cell_row(cell: Cell) -> str:
    told = cell.as_json()
    lead = told["median_lead_days"]
    days = "none named" if lead is None else f"{lead:g}"
    return f"| {cell.kind} | {cell.severity} | {cell.episode_count} | {_told(cell)} | {days} |"


def _real_told(real: RealNights | None) -> str:
    if real is None:
        return "Real days were not looked at: none has enough of them, or no folder was named."
    shown, expected = real.shown_count / real.night_count, real.expected_count / real.night_count
    return (
        f"Real days drawn anew in blocks, {real.athlete_count} people with {real.own_day_count} days of their own: "
        f"{shown:.3f} rows a night shown, {expected:.3f} expected, over {real.night_count} drawn nights. "
        "No line to pass: they are few and short."
    )
