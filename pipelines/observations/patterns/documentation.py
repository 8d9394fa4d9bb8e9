"""What the rule of a pattern says of itself: its docstring, and its numbers with what stands beside them."""

import ast
import inspect
import sys
from dataclasses import dataclass
from types import ModuleType

from pipelines.observations import patterns
from pipelines.observations.patterns.contract import Pattern

_SHARED = tuple(f"{patterns.__name__}.{name}" for name in ("comparable", "alike", "trend", "shift", "standing"))
"""Modules whose numbers every rule that uses them decides by."""


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
    """The rule behind a pattern, read from the module that declares it and those of the shared ones that it uses."""
    module = sys.modules[pattern.judge.__module__]
    numbers = tuple(number for one in (module, *_used(module)) for number in numbers_of(one))
    return Rule(
        name=pattern.name,
        version=pattern.version,
        said=" ".join((module.__doc__ or "").split()),
        numbers=numbers,
    )


def _used(module: ModuleType) -> list[ModuleType]:
    """Shared modules that a module takes functions or classes from, and those that these take some from."""
    found: dict[str, ModuleType] = {}
    waiting = [module]
    while waiting:
        named = {getattr(one, "__module__", None) for one in vars(waiting.pop()).values()}
        fresh = [sys.modules[name] for name in _SHARED if name in named and name not in found]
        found |= {one.__name__: one for one in fresh}
        waiting += fresh
    found.pop(module.__name__, None)
    return [found[name] for name in _SHARED if name in found]


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
