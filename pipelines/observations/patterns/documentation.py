"""What the rule of a pattern says of itself: its docstring, and its numbers with what stands beside them."""

import ast
import inspect
import sys
from dataclasses import dataclass
from types import ModuleType

from pipelines.observations import patterns
from pipelines.observations.patterns.contract import Pattern

_SHARED = f"{patterns.__name__}.comparable"
"""The module whose numbers every rule that compares runs decides by."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number a rule decides by; `meaning` has its unit and source in words."""

    name: str
    number: float
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of patterns: what it says, and the numbers it decides by."""

    name: str
    version: int
    said: str
    numbers: tuple[Number, ...]


def rule_of(pattern: Pattern) -> Rule:
    """The rule behind a pattern, read from the module that declares it and, where runs are compared, the shared one."""
    module = sys.modules[pattern.judge.__module__]
    shared = [sys.modules[_SHARED]] if _compares_runs(module) else []
    numbers = tuple(number for one in (module, *shared) for number in numbers_of(one))
    return Rule(
        name=pattern.name,
        version=pattern.version,
        said=" ".join((module.__doc__ or "").split()),
        numbers=numbers,
    )


def _compares_runs(module: ModuleType) -> bool:
    named = (getattr(found, "__module__", None) for found in vars(module).values())
    return _SHARED in named


def numbers_of(module: ModuleType) -> list[Number]:
    """Numeric constants of a module, each with the text that stands under it."""
    body = ast.parse(inspect.getsource(module)).body
    found = []
    for statement, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.Assign):
            meaning = _text(below)
            for name in _names(statement.targets[0]):
                value = getattr(module, name)
                if isinstance(value, (int, float)) and name != "VERSION":
                    found.append(Number(name=name.lower(), number=float(value), meaning=meaning))
    return found


def _names(target: ast.expr) -> list[str]:
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _text(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split())
    return ""
