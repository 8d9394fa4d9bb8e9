"""What the bench of the ladder found, as data and as tables to read."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import expm1
from statistics import stdev
from typing import Any

from pipelines.costs.machine import Machine
from pipelines.models.evaluate import FIRST_ORIGIN_DAYS, Skill
from pipelines.models.verdicts import RULE, Comparison, verdict
from pipelines.proofs.ladder_bench import Cost, RungResult, WorldResult, joules, told_apart
from pipelines.proofs.ladder_controls import Controls

SIMULATED = "Simulated athletes of our own making: none of it was evaluated on real ones, and no gain carries over."
NONE = "-"
HEADER = (
    "| rung | CPU-s, mean (min-max, CV) | J (90 %) | error | skill over best rival (90 %) | athlete held out"
    " | against | gain (90 %) | p after Holm | verdict |"
)


@dataclass(frozen=True, kw_only=True)
class LadderReport:
    """Every world, the controls, and the machine they ran on."""

    worlds: tuple[WorldResult, ...]
    controls: Controls | None
    machine: Machine
    factor: dict[str, float]
    """Joules per CPU-second over watts per thread: q05, q50, q95."""
    factor_source: str
    repeat_count: int
    seed: int
    is_quick: bool

    def as_json(self) -> dict[str, object]:
        """All figures."""
        return {
            "seed": self.seed,
            "repeat_count": self.repeat_count,
            "is_quick": self.is_quick,
            "machine": asdict(self.machine),
            "energy_factor": {**self.factor, "source": self.factor_source},
            "rule": RULE,
            "controls": None
            if self.controls is None
            else {**asdict(self.controls), "did_fail": self.controls.did_fail},
            "worlds": [self._world_json(one) for one in self.worlds],
        }

    def as_markdown(self) -> str:
        """One table per world, what can be told apart, the controls and the rule."""
        return "\n".join(line for part in self._parts() for line in part)

    def _parts(self) -> Iterator[list[str]]:
        machine, factor = self.machine, self.factor
        stated = "stated" if machine.watts_source == "user" else "nobody stated any"
        band = f"{factor['q50']:g} ({factor['q05']:g} to {factor['q95']:g})"
        yield [
            "# The model ladder",
            "",
            f"Machine: {machine.cpu_model or 'not known'}; each rung in a fresh process on one thread.",
            f"Repeats: {self.repeat_count}; seed {self.seed}. CPU-s are those of the rolling origin alone.",
            f"J = CPU-s x {machine.watts_per_thread:g} W per thread ({stated}) x {band}: estimated, not measured.",
            "That error is shared by all rows, so ratios are far better known than joules.",
            "",
        ]
        for one in self.worlds:
            yield self._world(one)
        if self.controls is not None:
            caught = "caught" if self.controls.is_look_ahead_caught else "NOT CAUGHT: do not trust this bench"
            yield [
                f"Controls: a model that looks ahead was {caught}; one that guesses is {self.controls.guess_verdict}.",
                "",
            ]
        yield ["The rule:", *RULE.splitlines()]

    def _world(self, one: WorldResult) -> list[str]:
        world = one.world
        lines = [f"## {world.name}", "", *([SIMULATED, ""] if world.is_simulated else [])]
        count, least = world.long_enough_count, FIRST_ORIGIN_DAYS
        lines.append(f"Task {world.task.name}; athletes with more than {least} days: {count}.")
        if count == 0:
            return [*lines, "Nothing can be scored.", ""]
        if not one.rungs:
            return [*lines, "No rung asked for can do this task.", ""]
        paid = one.rivals_cost
        lines += [
            f"All naive rivals together: {_cpu(paid)} CPU-s, {self._joules(paid)} J.",
            *_rivals(one),
            "",
            HEADER,
            "|---" * (HEADER.count("|") - 1) + "|",
            *(self._row(rung, one) for rung in one.rungs),
            "",
            *_apart(one),
            "",
        ]
        return lines

    def _row(self, rung: RungResult, one: WorldResult) -> str:
        if rung.why_not:
            return f"| {rung.rung} ({rung.cost_class}) | {rung.why_not} |" + " |" * (HEADER.count("|") - 3)
        skill, task, judged = rung.skill, one.world.task, rung.comparison
        error = NONE
        if skill is not None:
            error = f"{skill.mean_absolute_error:.4f} {task.unit}"
            error += f" = {rung.coach_error:.3g} {task.coach_unit.unit} (rival {rung.rival_coach_error:.3g})"
        gain = judged.measured if judged else None
        cells = (
            f"{rung.rung} ({rung.cost_class})",
            _cpu(rung.cost),
            self._joules(rung.cost),
            error,
            _skill(skill),
            _skill(rung.held_out),
            judged.against or NONE if judged else NONE,
            NONE if gain is None else _percent(gain.gain_fraction, gain.lower_fraction, gain.upper_fraction),
            NONE if judged is None or judged.adjusted_p_value is None else f"{judged.adjusted_p_value:.3f}",
            _said(judged, is_simulated=one.world.is_simulated),
        )
        return f"| {' | '.join(cells)} |"

    def _joules(self, cost: Cost | None) -> str:
        if cost is None:
            return NONE
        middle, lower, upper = joules(cost.mean_cpu_s, self.machine, self.factor)
        return f"{_short(middle)} ({_short(lower)} to {_short(upper)})"

    def _world_json(self, one: WorldResult) -> dict[str, Any]:
        nights = [rung.comparison.night_count for rung in one.rungs if rung.comparison is not None]
        return {
            "name": one.world.name,
            "task": one.world.task.name,
            "is_simulated": one.world.is_simulated,
            "athlete_count": one.world.days["athlete_id"].n_unique(),
            "long_enough_athlete_count": one.world.long_enough_count,
            "left_out_count": one.world.left_out_count,
            "night_count": max(nights, default=0),
            "rivals_cost": _cost_json(one.rivals_cost),
            "rivals": [asdict(rival) for rival in one.rivals],
            "rungs": [self._rung_json(rung, one) for rung in one.rungs],
            "told_apart": [
                {"cheaper": cheap.rung, "dearer": dear.rung, "is_apart": is_apart}
                for cheap, dear, is_apart in told_apart(one.rungs)
            ],
        }

    def _rung_json(self, rung: RungResult, one: WorldResult) -> dict[str, Any]:
        judged = rung.comparison
        energy = joules(rung.cost.mean_cpu_s, self.machine, self.factor) if rung.cost else (None, None, None)
        found = {
            "rung": rung.rung,
            "cost_class": rung.cost_class,
            "why_not": rung.why_not or None,
            "cost": _cost_json(rung.cost),
            "energy_j": dict(zip(("q50", "q05", "q95"), energy, strict=True)),
            "skill": asdict(rung.skill) if rung.skill else None,
            "held_out": asdict(rung.held_out) if rung.held_out else None,
            "coach_error": rung.coach_error,
            "rival_coach_error": rung.rival_coach_error,
            "coach_unit": one.world.task.coach_unit.unit,
            "is_repeatable": rung.is_repeatable,
        }
        if judged is None:
            return found
        return found | {
            "against": judged.against,
            "gain": asdict(judged.measured) if judged.measured else None,
            "adjusted_p_value": judged.adjusted_p_value,
            "comparison_count": judged.comparison_count,
            "verdict": judged.verdict,
            "verdict_among_these": verdict(judged, is_simulated=False),
            "more_night_count": judged.more_night_count,
            "is_on_frontier": judged.is_on_frontier,
            "night_count": judged.night_count,
            "athlete_count": judged.athlete_count,
        }


def _rivals(one: WorldResult) -> list[str]:
    if not one.rivals:
        return ["No row has enough history to be scored."]
    task = one.world.task
    told = [
        f"{rival.rival} {rival.mean_absolute_error:.4f} {task.unit} = {rival.coach_error:.3g} {task.coach_unit.unit}"
        + (f", {100 * expm1(rival.mean_absolute_error):.2g} %" if task.coach_unit.unit == "s" else "")
        for rival in one.rivals
    ]
    return [f"Each on all {one.rivals[0].row_count:,} rows with enough history: {'; '.join(told)}."]


def _said(judged: Comparison | None, *, is_simulated: bool) -> str:
    if judged is None:
        return NONE
    if judged.more_night_count is not None:
        return f"{judged.verdict} ({judged.more_night_count:,} more nights would tell)"
    if judged.verdict == "undecided":
        return f"{judged.verdict} (how many nights would tell is not known)"
    uncapped = verdict(judged, is_simulated=False)
    return (
        f"{judged.verdict} (among these: {uncapped})" if is_simulated and uncapped != judged.verdict else judged.verdict
    )


def _apart(one: WorldResult) -> list[str]:
    words = {True: "told apart", False: "not told apart (their ranges overlap)", None: "one repeat: not known"}
    lines = [
        f"CPU time, {cheap.rung} against {dear.rung}: {words[is_apart]}, {_ratio(cheap, dear)}."
        for cheap, dear, is_apart in told_apart(one.rungs)
    ]
    changed = [rung.rung for rung in one.rungs if rung.is_repeatable is False]
    return [*lines, *(f"{name}: repeats gave different estimates; the first counts." for name in changed)]


def _ratio(cheap: RungResult, dear: RungResult) -> str:
    assert cheap.cost is not None
    assert dear.cost is not None
    if not cheap.cost.mean_cpu_s:
        return "the cheaper one below what can be counted"
    return f"{dear.cost.mean_cpu_s / cheap.cost.mean_cpu_s:.1f} times as much"


def _cpu(cost: Cost | None) -> str:
    if cost is None:
        return NONE
    figures, mean = cost.cpu_s, cost.mean_cpu_s
    if len(figures) == 1 or not mean:
        return f"{mean:.2f}"
    return f"{mean:.2f} ({min(figures):.2f}-{max(figures):.2f}, {100 * stdev(figures) / mean:.0f} %)"


def _short(figure: float) -> str:
    """Two digits that count, written out: 120, not 1.2e+02."""
    return f"{float(f'{figure:.2g}'):g}"


def _skill(skill: Skill | None) -> str:
    if skill is None:
        return NONE
    return f"{_percent(skill.skill_fraction, skill.lower_fraction, skill.upper_fraction)} {skill.rival}"


def _percent(middle: float, lower: float, upper: float) -> str:
    return f"{100 * middle:+.1f} % ({100 * lower:+.1f} to {100 * upper:+.1f})"


def _cost_json(cost: Cost | None) -> dict[str, Any] | None:
    return None if cost is None else {**asdict(cost), "mean_cpu_s": cost.mean_cpu_s}
