import pytest

from assets import stops
from assets.run import run_squads
from assets.session import Orders
from pipelines.paths import Home
from pipelines.readers.inbox import squads

pytestmark = pytest.mark.orchestrator


def test_an_interrupted_stop_is_not_tried_again_and_ends_the_run(monkeypatch, tmp_path, small_inbox):
    tries = []

    def interrupted(*_stop, **_orders):
        tries.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(stops, "read", interrupted)

    with pytest.raises(KeyboardInterrupt):
        run_squads(Home(root=tmp_path, inbox=small_inbox), squads(small_inbox), orders=Orders())

    assert tries == [1]
