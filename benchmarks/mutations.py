"""Damaged inputs for every reader: bits flipped, ends cut off, stretches taken out, swapped, repeated or strewn in.

    python benchmarks/mutations.py [--seed N] [--inputs 2000] [READER ...]

Each reader gets its example of the contract tests, damaged anew every time; an archive of two of them is damaged, too.
An input may be read, read in part or set aside. A crash is any error that is no line for a person; a hang is an input
that takes longer than half a minute. Every twentieth goes on to the judge and to observations. Ends with exit code 1
when anything crashed or hung.
"""

import argparse
import faulthandler
import io
import subprocess
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from pipelines.errors import ExportError
from pipelines.observations.inspect import inspect_file
from pipelines.readers.catalogue import readers
from pipelines.readers.contract import Reader, Source
from pipelines.readers.read_file import read_source

EXAMPLES = Path(__file__).parents[1] / "tests" / "readers" / "conftest.py"
LONGEST_S = 30.0
"""An input that takes longer hangs (s): examples are read in milliseconds."""
JUDGED_EVERY = 20
ARCHIVE = "zip"
PACKED = ("rr_text", "gpx")
MOST_SHOWN = 3

Damage = Callable[[np.random.Generator, bytes], bytes]


def stretch(chance: np.random.Generator, content: bytes) -> tuple[int, int]:
    """Begin and end of some part of the content, mostly a short one."""
    begin = int(chance.integers(0, len(content)))
    return begin, min(len(content), begin + int(chance.integers(1, 2 + len(content) // int(chance.integers(1, 40)))))


def flipped(chance: np.random.Generator, content: bytes) -> bytes:
    changed = bytearray(content)
    for place in chance.integers(0, len(content), int(chance.choice([1, 3, 20, 200]))):
        changed[place] ^= 1 << int(chance.integers(0, 8))
    return bytes(changed)


def cut(chance: np.random.Generator, content: bytes) -> bytes:
    place = int(chance.integers(0, len(content)))
    return content[:place] if chance.random() < 0.7 else content[place:]


def taken_out(chance: np.random.Generator, content: bytes) -> bytes:
    begin, end = stretch(chance, content)
    return content[:begin] + content[end:]


def repeated(chance: np.random.Generator, content: bytes) -> bytes:
    begin, end = stretch(chance, content)
    return content[:end] + content[begin:end] * int(chance.integers(1, 4)) + content[end:]


def swapped(chance: np.random.Generator, content: bytes) -> bytes:
    first, second = sorted((stretch(chance, content), stretch(chance, content)))
    if first[1] > second[0]:
        return repeated(chance, content)
    parts = content[: first[0]], content[slice(*second)], content[first[1] : second[0]], content[slice(*first)]
    return b"".join((*parts, content[second[1] :]))


def strewn(chance: np.random.Generator, content: bytes) -> bytes:
    odd = [b"\0", b"\xff\xfe", b'"', b"<", b"1e400", b"-1", b"NaN", b"99999999999999999999", b"\n\n", b";", b"\xc3"]
    place = int(chance.integers(0, len(content)))
    return content[:place] + odd[int(chance.integers(0, len(odd)))] + content[place:]


KINDS: tuple[Damage, ...] = (flipped, cut, taken_out, repeated, swapped, strewn)


def examples() -> Mapping[str, tuple[str, bytes]]:
    """Name and content of an example of each reader, and of an archive."""
    spec = spec_from_file_location("examples_of_readers", EXAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    known: dict[str, tuple[str, bytes]] = dict(module.EXAMPLES)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PACKED:
            archive.writestr(*known[name])
    return known | {ARCHIVE: ("export.zip", packed.getvalue())}


def outcome(path: Path, reader: Reader | None, *, is_judged: bool) -> str:
    """read, partial or set aside."""
    if reader is None or is_judged:
        found = {str(one["status"]) for one in inspect_file(path)}
        return "read" if found == {"read"} else "partial" if found & {"read", "partial"} else "set aside"
    source = Source(
        path=path,
        name=path.name,
        source_file_id="0" * 16,
        athlete_id=1,
        time_zone=ZoneInfo("Europe/Helsinki"),
        modified_at_utc=datetime(2026, 3, 2, tzinfo=UTC),
    )
    try:
        *_, report = read_source(source, reader)
    except ExportError:
        return "set aside"
    return "partial" if getattr(report, "losses", ()) else "read"


def damaged(name: str, content: bytes, *, seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """So many inputs, each with the kind of its damage; the same seed gives the same."""
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        yield kind.__name__, kind(np.random.default_rng([seed, number, *name.encode()]), content)


def one_reader(name: str, *, seed: int, count: int) -> int:
    """Tries one reader and prints a row; gives the number of crashes."""
    reader = next((reader for reader in readers() if reader.name == name), None)
    file, content = examples()[name]
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="wattworth-mutations-") as folder:
        path = Path(folder) / file
        for number, (kind, changed) in enumerate(damaged(name, content, seed=seed, count=count)):
            faulthandler.dump_traceback_later(LONGEST_S, exit=True)
            path.write_bytes(changed)
            try:
                found[outcome(path, reader, is_judged=number % JUDGED_EVERY == 0)] += 1
            except Exception:  # noqa: BLE001 - counting them is what this is for
                found["crash"] += 1
                if found["crash"] <= MOST_SHOWN:
                    sys.stderr.write(f"{name}, input {number} ({kind}):\n{traceback.format_exc()}\n")
            faulthandler.cancel_dump_traceback_later()
    print(f"{name:22}" + "".join(f"{found[what]:10}" for what in ("read", "partial", "set aside", "crash")), flush=True)
    return found["crash"]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("readers", nargs="*")
    asked = parser.parse_args()
    if asked.alone:
        return one_reader(asked.readers[0], seed=asked.seed, count=asked.inputs) and 1
    names = asked.readers or [*sorted(reader.name for reader in readers()), ARCHIVE]
    print(f"{asked.inputs} damaged inputs for each of {len(names)}, seed {asked.seed}")
    print(f"{'reader':22}{'read':>10}{'partial':>10}{'set aside':>10}{'crash':>10}")
    bad = []
    for name in names:  # each in a process of its own, so that one that hangs ends no other
        command = [sys.executable, __file__, "--alone", "--seed", str(asked.seed), "--inputs", str(asked.inputs), name]
        if subprocess.run(command, check=False).returncode:
            bad.append(name)
    print(f"crashed or hung: {', '.join(bad) or 'none'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
