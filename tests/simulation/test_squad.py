import json
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import fitdecode
import polars as pl

from pipelines.readers.athlete_card import read_card
from pipelines.simulation.calendar import UNSEEN
from pipelines.simulation.examples import write_examples
from pipelines.simulation.exports import MORNING_S
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.squad import SquadSummary, write_squad

Squad = tuple[Path, SquadSummary]


def digests(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def truth(squad: Squad) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(squad[1].truth.read_text())
    return found


def test_the_same_seed_gives_the_same_bytes_and_times_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("first", 5), ("again", 5), ("other", 6)):
        write_squad(
            tmp_path / name / "inbox",
            truth=tmp_path / name / "truth.json",
            seed=seed,
            athlete_count=3,
            day_count=14,
            last_date=date(2026, 3, 1),
        )

    first, again, other = (digests(tmp_path / name / "inbox") for name in ("first", "again", "other"))
    assert first == again
    assert first != other


def test_every_fault_strikes_a_file_that_exists(squad: Squad) -> None:
    inbox, summary = squad

    told = truth(squad)["faults"]

    assert summary.fault_count == len(told)
    assert all((inbox / str(entry["athlete"]) / str(entry["path"])).is_file() for entry in told)


def test_the_squad_has_each_kind_of_fault_at_most_once(squad: Squad) -> None:
    names = [entry["fault"] for entry in truth(squad)["faults"]]

    assert len(names) == len(set(names))
    assert {"missed_beat", "heart_rate_dropout", "record_gap", "frozen_values", "implausible_night"} <= set(names)


def test_damaged_files_are_of_five_kinds(squad: Squad) -> None:
    inbox, _ = squad

    damaged = {
        str(entry["kind"]): inbox / str(entry["athlete"]) / str(entry["path"])
        for entry in truth(squad)["damaged_files"]
    }

    assert set(damaged) == {"unknown", "truncated", "empty", "bit_flipped", "hollow"}
    assert damaged["empty"].stat().st_size == 0
    whole = damaged["truncated"].read_bytes()
    assert int.from_bytes(whole[4:8], "little") + 16 > len(whole)


def test_no_day_of_a_gap_has_a_reading_or_a_run(squad: Squad) -> None:
    inbox, _ = squad
    paths = [str(path.relative_to(inbox)) for path in inbox.rglob("*") if "monitoring" not in path.name]

    for gap in (gap for gap in truth(squad)["gaps"] if gap["cause"] in UNSEEN):
        assert not [path for path in paths if path.startswith(str(gap["athlete"])) and str(gap["date"]) in path]


def test_files_carry_the_time_of_their_export(squad: Squad) -> None:
    inbox, _ = squad

    runs = sorted((inbox / "aino-saarvik" / "activities").glob("*-run.fit"))

    for path in runs:
        day = date.fromisoformat(path.name[:10])
        exported = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        assert abs((exported - day).days) <= 1


def test_cards_say_that_the_athletes_are_simulated(squad: Squad) -> None:
    cards = [read_card(folder) for folder in sorted(squad[0].iterdir())]

    assert len(cards) == 4
    assert all(card.simulated and card.squad == "Tern Point" for card in cards)


def test_three_to_five_runs_a_week_and_a_reading_on_most_days(squad: Squad) -> None:
    inbox, _ = squad

    for member in ROSTER[:2]:
        folder = inbox / member.folder
        runs = len(list((folder / "activities").glob("*-run.fit")))
        assert 2.5 <= 7.0 * runs / 60.0 <= 5.2
        assert 50 <= len(list((folder / "rr").iterdir())) <= 60


def test_the_clean_mornings_of_the_text_format_last_five_minutes(squad: Squad) -> None:
    struck = {str(entry["path"]) for entry in truth(squad)["faults"]}
    mornings = [
        path
        for path in sorted((squad[0] / "bero-quillan" / "rr").glob("*.txt"))
        if f"rr/{path.name}" not in struck and path.stat().st_size < 10_000
    ]

    lengths_s = [sum(map(int, path.read_text().split())) / 1000.0 for path in mornings]

    assert len(mornings) > 30
    assert min(lengths_s) > MORNING_S * 0.9
    assert max(lengths_s) < MORNING_S * 1.1


def test_the_device_change_falls_in_the_middle(tmp_path: Path) -> None:
    summary = write_squad(
        tmp_path / "inbox",
        truth=tmp_path / "truth.json",
        seed=2,
        athlete_count=8,
        day_count=12,
        last_date=date(2026, 5, 12),
    )

    changes = json.loads(summary.truth.read_text())["device_changes"]

    assert changes == [{"athlete": "hale-imrith", "date": "2026-05-07"}]


def test_the_examples_are_small_and_of_two_athletes_over_ten_days(tmp_path: Path) -> None:
    summary = write_examples(tmp_path)

    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert summary.athlete_count == 2
    assert size < 1_500_000
    assert pl.Series([path.name[:10] for path in tmp_path.glob("*/rr/*.txt")]).n_unique() <= 10


def test_the_rows_that_the_truth_names_are_the_ones_damaged_in_the_file(squad: Squad) -> None:
    inbox, _ = squad
    entry = next(entry for entry in truth(squad)["faults"] if entry["fault"] == "heart_rate_dropout")
    path = inbox / str(entry["athlete"]) / str(entry["path"])

    with fitdecode.FitReader(path) as reader:
        records = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"]

    silent = [row for row, record in enumerate(records) if record.get_value("heart_rate") is None]
    assert silent == entry["events"][0]["row_indices"]  # type: ignore[index]


def test_the_beats_that_the_truth_names_are_in_the_file_and_the_others_are_not(squad: Squad) -> None:
    inbox, _ = squad
    entry = next(entry for entry in truth(squad)["faults"] if entry["fault"] == "missed_beat")
    path = inbox / str(entry["athlete"]) / str(entry["path"])

    lines = path.read_text().splitlines()

    values = [float(line.split(",")[1]) for line in lines[1:]] if path.suffix == ".csv" else [float(n) for n in lines]
    bad = [row for event in entry["events"] for row in event["row_indices"]]  # type: ignore[attr-defined]
    usual = float(pl.Series(values).median())  # type: ignore[arg-type]
    assert all(values[row] > 1.5 * usual for row in bad)
    assert all(value < 1.5 * usual for row, value in enumerate(values) if row not in bad)


def test_second_recordings_are_files_beside_those_of_the_watch(squad: Squad) -> None:
    inbox, _ = squad

    told = truth(squad)["second_recordings"]

    assert told
    for entry in told:
        folder = inbox / str(entry["athlete"])
        assert (folder / str(entry["path"])).is_file()
        assert all((folder / str(path)).is_file() for path in entry["same_as"])  # type: ignore[attr-defined]


def test_wrong_clocks_are_told_with_what_makes_them_right(squad: Squad) -> None:
    shifts = {entry["kind"]: entry["shift_s"] for entry in truth(squad)["second_recordings"]}

    assert all(shifts[kind] == 0 for kind in shifts if kind not in {"local_time_as_utc", "clock_not_set"})
    assert shifts.get("clock_not_set", -1) != 0
