"""The detectors that ours is compared with: packages where they are installed, and plain rules.

A package is imported only when this comparison is asked for, and only called through what it offers. Its RMSSD is that
of the intervals as it corrects them. Beside it stands the same package's marks with our way of leaving pairs out, which
no package offers: how far detection alone goes.
"""

import importlib
import importlib.metadata
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import numpy as np

from pipelines.proofs.beat_rules import around_mean, golden_cheetah, malik, pair_masked, quotient
from pipelines.quality.artifacts import detect
from pipelines.quality.sliding import Bools, Floats

Kind = Literal["ours", "package", "rule", "marks of a package"]
NOT_INSTALLED = "not installed"
INSTALL = "pip install '.[peers]', in an environment of its own"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One detector, with what it makes of one unbroken series of RR intervals (ms)."""

    name: str
    version: str
    """Of the package; empty for a rule."""
    kind: Kind
    marks: Callable[[Floats], Bools]
    rmssd_ms: Callable[[Floats], float]


@dataclass(frozen=True, kw_only=True)
class Peers:
    """Every tool that could be had, ours first, and one line for each that could not."""

    tools: tuple[Tool, ...]
    missing: tuple[str, ...]


def peers() -> Peers:
    """Ours, the rules, and those packages that can be imported."""
    found: list[Tool] = [_masked("ours", ours, kind="ours")]
    missing: list[str] = []
    for package, module, make in (
        ("neurokit2", "neurokit2", _neurokit),
        ("systole", "systole.correction", _systole),
        ("hrv-analysis", "hrvanalysis", _hrv_analysis),
    ):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                loaded = importlib.import_module(module)
        except ModuleNotFoundError:
            missing.append(f"{package}: {NOT_INSTALLED} ({INSTALL}); its rows are left out")
        except (ImportError, AttributeError, TypeError) as error:
            missing.append(f"{package} {_version(package)}: cannot be imported here ({error}); its rows are left out")
        else:
            found += make(loaded, _version(package))
    rules: dict[str, Callable[[Floats], Bools]] = {
        "Malik 20 %": malik,
        "HeartPy's quotient": quotient,
        "HeartPy's 30 %": around_mean,
        "GoldenCheetah's rule": golden_cheetah,
    }
    found += [_masked(name, rule, kind="rule") for name, rule in rules.items()]
    return Peers(tools=tuple(found), missing=tuple(missing))


def ours(rr_ms: Floats) -> Bools:
    """The intervals that our detector marks in one unbroken series."""
    return detect(rr_ms, np.zeros(len(rr_ms), dtype=np.int64)).reason > 0


def _masked(name: str, marks: Callable[[Floats], Bools], *, kind: Kind, version: str = "") -> Tool:
    return Tool(
        name=name, version=version, kind=kind, marks=marks, rmssd_ms=lambda rr_ms: pair_masked(rr_ms, marks(rr_ms))
    )


def _version(package: str) -> str:
    return importlib.metadata.version(package)


def _rmssd(rr_ms: Floats) -> float:
    return float(np.sqrt(np.mean(np.diff(rr_ms) ** 2)))


def peak_times(rr_ms: Floats) -> Floats:
    """Moments of the beats (whole ms), the first at zero."""
    return np.asarray(np.rint(np.concatenate([[0.0], np.cumsum(rr_ms)])), dtype=np.float64)


def _spoiled(count: int, *, ectopic: Bools, extra: Bools, other: Bools) -> Bools:
    """All intervals that the named beats spoil: an ectopic beat also the one before, an extra one also the next."""
    marked = ectopic | extra | other
    marked[:-1] |= ectopic[1:]
    marked[1:] |= extra[:-1]
    return marked[:count]


def _neurokit(loaded: ModuleType, version: str) -> list[Tool]:
    """Its implementation of Lipponen & Tarvainen: marks of the first pass, beats as it moves them by default."""

    def named(rr_ms: Floats) -> dict[str, Bools]:
        times = peak_times(rr_ms).astype(np.int64)
        found, _ = loaded.signal_fixpeaks(times, sampling_rate=1000, iterative=False, method="Kubios")
        marked = {}
        for name in ("ectopic", "missed", "extra", "longshort"):
            marked[name] = np.zeros(len(times), dtype=np.bool_)
            marked[name][np.asarray(found[name], dtype=np.int64)] = True
        return {name: at_peak[1:] for name, at_peak in marked.items()}  # an interval ends at its peak

    def marks(rr_ms: Floats) -> Bools:
        return np.asarray(np.logical_or.reduce(list(named(rr_ms).values())), dtype=np.bool_)

    def spoiled(rr_ms: Floats) -> Bools:
        own = named(rr_ms)
        return _spoiled(len(rr_ms), ectopic=own["ectopic"], extra=own["extra"], other=own["missed"] | own["longshort"])

    def corrected(rr_ms: Floats) -> float:
        _, moved = loaded.signal_fixpeaks(peak_times(rr_ms).astype(np.int64), sampling_rate=1000, method="Kubios")
        return _rmssd(np.diff(np.asarray(moved, dtype=np.float64)))

    return [
        Tool(name="NeuroKit2", version=version, kind="package", marks=marks, rmssd_ms=corrected),
        _masked("NeuroKit2's marks, pairs left out", spoiled, kind="marks of a package", version=version),
    ]


def _systole(loaded: ModuleType, version: str) -> list[Tool]:
    """Its implementation of Lipponen & Tarvainen, and the intervals as it corrects them."""
    names = ("ectopic", "missed", "extra", "long", "short")

    def named(rr_ms: Floats) -> dict[str, Bools]:
        found = loaded.rr_artefacts(rr_ms)
        return {name: np.array(found[name], dtype=np.bool_) for name in names}

    def marks(rr_ms: Floats) -> Bools:
        return np.asarray(np.logical_or.reduce(list(named(rr_ms).values())), dtype=np.bool_)

    def spoiled(rr_ms: Floats) -> Bools:
        own = named(rr_ms)
        other = own["missed"] | own["long"] | own["short"]
        return _spoiled(len(rr_ms), ectopic=own["ectopic"], extra=own["extra"], other=other)

    def corrected(rr_ms: Floats) -> float:
        return _rmssd(np.asarray(loaded.correct_rr(rr_ms, verbose=False)[0], dtype=np.float64))

    return [
        Tool(name="systole", version=version, kind="package", marks=marks, rmssd_ms=corrected),
        _masked("systole's marks, pairs left out", spoiled, kind="marks of a package", version=version),
    ]


def _hrv_analysis(loaded: ModuleType, version: str) -> list[Tool]:
    """Its two better methods: intervals it removes are interpolated, as it does."""

    def tool(method: str) -> Tool:
        def removed(rr_ms: Floats) -> list[float]:
            inside = loaded.remove_outliers(rr_intervals=rr_ms.tolist(), verbose=False, low_rri=300, high_rri=2000)
            kept = loaded.remove_ectopic_beats(rr_intervals=inside, method=method, verbose=False)
            return [float(length) for length in kept]

        def marks(rr_ms: Floats) -> Bools:
            return np.isnan(np.asarray(removed(rr_ms), dtype=np.float64))[: len(rr_ms)]

        def corrected(rr_ms: Floats) -> float:
            return _rmssd(np.asarray(loaded.interpolate_nan_values(rr_intervals=removed(rr_ms)), dtype=np.float64))

        return Tool(name=f"hrv-analysis {method}", version=version, kind="package", marks=marks, rmssd_ms=corrected)

    return [tool("malik"), tool("karlsson")]
