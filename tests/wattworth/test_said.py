"""What is said on the command line lies in the athlete's folder, with author and date."""

import csv
import json

import pytest

from pipelines.readers.wattworth_answers import FILE_NAME


@pytest.fixture
def robin(published):
    folder = published.inbox / "robin"
    folder.mkdir(parents=True)
    return folder


def _rows(folder):
    with (folder / FILE_NAME).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_answer_is_a_row_with_author_date_and_words(wattworth, published, robin):
    said = ("--author", "Robin", "--text", "flu,  badly", "--date", "2024-11-03", "--home", published.root)

    ended = wattworth("answer", "abcdefabcdef", "chose not to", *said)

    assert ended.code == 0
    assert _rows(robin) == [
        {
            "kind": "question",
            "id": "abcdefabcdef",
            "athlete": "robin",
            "about_date": "2026-11-01",
            "answer": "chose_not_to",
            "text": "flu, badly",
            "author": "Robin",
            "said_on": "2024-11-03",
        }
    ]


def test_open_questions_are_listed_with_their_names_and_the_answers_there_are(wattworth, published):
    ended = wattworth("answer", "--home", published.root)

    assert ended.out.splitlines()[0] == "abcdefabcdef  robin: Sun 1 Nov: no night in the data."
    assert "chose_not_to" in ended.out.splitlines()[1]


def test_a_verdict_is_a_row_about_the_night_of_the_list(wattworth, published, robin):
    wattworth("feedback", "fedcbafedcba", "knew-already", "--date", "2024-11-03", "--home", published.root)

    row = _rows(robin)[0]
    assert (row["kind"], row["answer"], row["about_date"], row["author"]) == (
        "feedback", "knew_already", "2026-11-01", "coach",
    )  # fmt: skip


def test_precision_is_not_known_while_nobody_judged_what_was_shown(wattworth, published):
    told = json.loads(wattworth("feedback", "--list", "--json", "--home", published.root).out)

    assert [(row["rule"], row["shown_count"], row["judged_count"]) for row in told] == [("sleep_shortfall", 1, 0)]
    assert told[0]["precision_fraction"] is None
    assert "not known" in wattworth("feedback", "--list", "--home", published.root).out


def test_exertion_and_feel_are_rows_of_their_own(wattworth, published, robin):
    wattworth("note", "robin", "--rpe", "7", "--feel", "2", "--date", "2026-11-02", "--home", published.root)

    assert [(row["kind"], row["answer"], row["about_date"]) for row in _rows(robin)] == [
        ("rpe", "7", "2026-11-02"),
        ("feel", "2", "2026-11-02"),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("answer", "000000000000", "ill"), "no such question was asked"),
        (("answer", "abcdefabcdef", "ill", "--author", " "), "--author: it is empty"),
        (("answer", "abcdefabcdef", "sick"), "none of the answers there are"),
        (("answer", "abcdefabcdef"), "there is no answer"),
        (("answer", "abcdefabcdef", "ill", "--date", "2100-01-01"), "--date: it is 20"),
        (("answer", "abcdefabcdef", "ill", "--text", "x" * 10_001), "--text: 10,001 characters"),
        (("note", "robin", "x" * 10_001), "text: 10,001 characters"),
        (("feedback", "000000000000", "useful"), "no such row was listed"),
        (("feedback", "fedcbafedcba", "great"), "none of the answers there are"),
    ],
)
def test_what_cannot_be_taken_is_told_in_one_line_and_makes_no_file(wattworth, published, robin, arguments, said):
    ended = wattworth(*arguments, "--home", published.root)

    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert said in ended.err
    assert not (robin / FILE_NAME).exists()
