import pytest

from dashboards import words
from dashboards.figures.value_cost import STEP_UNITS
from pipelines.quality.catalogue import checks
from pipelines.readers.catalogue import readers


@pytest.mark.parametrize(
    "word", ["should", "Must", "rest", "ready", "score", "risk", "optimal", "because", "overtrained"]
)
def test_a_forbidden_word_in_our_own_text_is_found(word):
    found = words.lint(f"<main><p>Today {word} is here</p></main>")

    assert len(found) == 1
    assert word in found[0]


@pytest.mark.parametrize("text", ["resting heart rate", "already", "restatement", "interest", "forest"])
def test_words_that_only_contain_a_forbidden_one_pass(text):
    assert words.lint(f"<p>{text}</p>") == []


@pytest.mark.parametrize(
    "html",
    [
        '<blockquote class="note">You must rest</blockquote>',
        "<p data-quoted>Ready <b>Rick</b> must</p>",
        '<p class="big note">rest<br>must</p>',
        "<script>var risk = 1</script>",
        "<code>wattworth explain fatigue_pattern; rest</code>",
    ],
)
def test_what_a_person_wrote_is_passed_over(html):
    assert words.lint(html) == []


def test_words_after_a_quotation_are_ours_again():
    assert words.lint('<blockquote class="note">must<br>rest</blockquote><p>must</p>') == ["must"]


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<p>lower because of it</p>", 1),
        ("<p data-experiment>lower because of it</p>", 0),
        ("<li data-experiment><b>it\ncaused</b> that</li><p>caused</p>", 1),
        ("<p data-experiment>she should</p>", 1),
        ("<p>it was due\n to that</p>", 1),
    ],
)
def test_only_an_experiment_may_name_a_cause_and_nothing_may_advise(html, count):
    assert len(words.lint(html)) == count


def test_titles_and_labels_are_read_as_well():
    assert words.lint('<svg aria-label="you must"></svg><img alt="rest">') == ["you must", "rest"]


def test_the_words_we_print_for_metrics_purposes_and_steps_are_clean():
    texts = [*words.METRICS.values(), *words.PURPOSES.values(), *words.VERDICTS.values()]
    texts += [
        *words.METHODS.values(),
        *words.WITHHELD.values(),
        *(text for pair in STEP_UNITS.values() for text in pair),
    ]

    assert [found for text in texts for found in words.lint_text(text)] == []


def test_what_a_vendor_states_is_named_by_its_readers_declaration():
    observed = {one.method for reader in readers() for one in reader.methods if one.evidence != "black_box"}

    told = {method: words.how(method, "night") for method in observed}

    assert {method for method, text in told.items() if words.plain(method) in text} == set()
    assert [found for text in told.values() for found in words.lint_text(text)] == []
    assert told["oura_night_average"].startswith("stated by Oura")
    assert words.how("hrv4training_morning", "morning") == "stated by HRV4Training, morning"
    assert words.how("elite_hrv_morning", "morning") == "stated by Elite HRV, morning"


def test_a_label_that_names_the_reading_itself_does_not_say_it_twice():
    assert words.how("apple_daily", "day") == "stated by Apple Health, for the day"


def test_a_method_nobody_declares_is_named_by_its_own_name():
    assert words.how("of_another_house", "day") == "of another house, day"


def test_remedies_and_consequences_of_every_check_are_clean():
    told = [text for check in checks() for text in (words.reason(check.name), check.remedy, check.consequence)]

    assert told
    assert {text: found for text in told if (found := words.lint_text(text))} == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [("rr_missed", "RR intervals missed"), ("record_gap", "record gap"), ("source", "limits of the sensor"), ("", "")],
)
def test_reasons_read_as_words(name, text):
    assert words.reason(name) == text
