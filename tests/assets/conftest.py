from datetime import date
from pathlib import Path

import pytest

from assets.definitions import build_definitions
from assets.instance import instance
from pipelines.paths import Home
from pipelines.simulation.squad import write_squad


@pytest.fixture
def home(tmp_path):
    return Home(root=tmp_path, inbox=tmp_path / "inbox")


@pytest.fixture
def definitions(home):
    return build_definitions(home=home)


@pytest.fixture
def history(home):
    with instance(home) as made:
        yield made


@pytest.fixture(scope="session")
def small_inbox(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "inbox"
    truth = folder.with_name("truth.json")
    write_squad(folder, truth=truth, seed=3, athlete_count=1, day_count=3, last_date=date(2026, 11, 20))
    return folder
