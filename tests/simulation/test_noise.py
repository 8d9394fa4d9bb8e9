import numpy as np
import pytest

from pipelines.simulation.noise import lagged, recursion, wander


@pytest.mark.parametrize("decay", [0.3, 0.95, 0.9999])
def test_the_blockwise_recursion_equals_the_loop(decay: float) -> None:
    drive = np.random.default_rng(1).standard_normal(3000)
    expected, last = [], 0.7
    for value in drive:
        last = decay * last + value
        expected.append(last)

    found = recursion(drive, decay=decay, start=0.7)

    assert found == pytest.approx(np.array(expected), rel=1e-9, abs=1e-9)


def test_wandering_noise_has_unit_variance_and_the_memory_asked_for() -> None:
    series = wander(np.random.default_rng(2), 200_000, time_constant=10.0)

    assert series.std() == pytest.approx(1.0, rel=0.05)
    assert np.corrcoef(series[:-10], series[10:])[0, 1] == pytest.approx(np.exp(-1.0), abs=0.03)


def test_a_lagged_response_has_come_63_percent_of_the_way_after_its_time_constant() -> None:
    response = lagged(np.ones(200), time_constant=30.0, start=0.0)

    assert response[29] == pytest.approx(1.0 - np.exp(-1.0), abs=1e-9)
