"""Rung 4: a small recurrent network that reads an athlete's mornings in order and keeps 32 numbers in mind.

Model card.
Estimates: the next morning's reading (lnRMSSD or resting heart rate) from what is known at 05:00.
Inputs: yesterday's reading and whether there was one, a moving average and the means of 7 and 60 days, days since the
last reading, yesterday's other one of the two against its mean, recorded moving time of a day and of a week.
How: one gated recurrent unit for all athletes, on deviations from each athlete's mean of all earlier readings, trained
a fixed number of times over stretches of eight weeks; it starts from the mean as its estimate.
Gaps: a missing input counts as no deviation, and the network is told that yesterday had no reading; a morning without
a reading is passed in order and trains nothing.
Short histories: an estimate from the first morning with an earlier reading on, once the squad has enough mornings.
Refitted: from scratch at every origin of the backtest. Cost: about 1 CPU-second a refit for 20 athletes, on one
thread; the dearest rung. It is random, and ruled by its seed.
Not for: a cause, a decision about training, an athlete alone, a machine without PyTorch (the extra `deep`).
Known limits: trained longer it learns the noise; its size and training were set on simulated series, and no night of
anyone was used to choose them; it says nothing about its own uncertainty.
Source: Cho and others 2014, doi:10.3115/v1/D14-1179.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.models.contract import Matrix, Model
from pipelines.models.features import MORNING_TASKS, matrix

CENTRE = "expanding_mean"
LEVELS = ("lag_1", "ewma", "rolling_mean_7", "rolling_mean_60")
OTHERS = ("days_since_last", "companion_deviation", "recorded_moving_1_h", "recorded_moving_7_h")

UNIT_COUNT = 32
STRETCH_DAYS = 56
"""Days the network reads in one go: eight weeks. Our own choice."""

WARM_UP_DAYS = 14
"""Days at the start of a stretch that are read and not scored, as the network knows nothing yet."""

STEP_DAYS = 28
"""Days from one stretch to the next; half of one, so that every morning is scored after two weeks of reading."""

PASS_COUNT = 10
LEARNING_RATE = 0.01
BATCH_COUNT = 16
WEIGHT_DECAY = 1e-4
LARGEST_GRADIENT = 1.0
"""Set in advance on simulated series (20 athletes, 300 days): 30 passes were 13 % worse than 10 where there was
something to learn, and 31 % worse on noise."""

LEAST_MORNING_COUNT = 100
"""Mornings a training needs, else there is no estimate. Our own choice: the network has 4,000 weights."""


def estimate(train: pl.DataFrame, ahead: pl.DataFrame, seed: int) -> Matrix:
    """One estimate per row of `ahead`, in the unit of the target, NaN without an earlier reading or with too few.

    The same seed gives the same estimates on one machine; sums may differ in the last digits on another.
    """
    import torch  # noqa: PLC0415 - an optional library of its own extra

    is_scored = train.select(pl.col("has_history") & pl.col("target").is_not_null()).to_series().to_numpy()
    if is_scored.sum() < LEAST_MORNING_COUNT:
        return np.full(ahead.height, np.nan)
    torch.set_num_threads(1)
    known, asked = _inputs(train), _inputs(ahead)
    middle, spread = _middle_and_spread(known[is_scored])
    known, asked = _standardised(known, middle, spread), _standardised(asked, middle, spread)
    deviation = matrix(train, ("target",))[:, 0] - matrix(train, (CENTRE,))[:, 0]
    deviation[~is_scored] = np.nan
    scale = float(np.nanstd(deviation)) or 1.0
    series = _rows_of_series(train)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _trained(torch, known, deviation / scale, list(series.values()))
    before = {name: known[rows][-STRETCH_DAYS:] for name, rows in series.items()}
    estimates = np.full(ahead.height, np.nan)
    for name, rows in _rows_of_series(ahead).items():
        read = np.vstack((before.get(name, asked[:0]), asked[rows]))
        estimates[rows] = _told(torch, network, read)[-len(rows) :]
    return np.asarray(estimates * scale + matrix(ahead, (CENTRE,))[:, 0], dtype=np.float64)


def _inputs(rows: pl.DataFrame) -> Matrix:
    levels = matrix(rows, LEVELS) - matrix(rows, (CENTRE,))
    return np.hstack((levels, matrix(rows, OTHERS)))


def _middle_and_spread(inputs: Matrix) -> tuple[Matrix, Matrix]:
    """Mean and standard deviation of each column; 0 and 1 of one that is never known or never differs."""
    count = np.maximum((~np.isnan(inputs)).sum(axis=0), 1)
    middle = np.nansum(inputs, axis=0) / count
    spread = np.sqrt(np.nansum((inputs - middle) ** 2, axis=0) / count)
    return middle, np.where(spread > 0, spread, 1.0)


def _standardised(inputs: Matrix, middle: Matrix, spread: Matrix) -> Matrix:
    """Inputs as the network takes them, null ones as no deviation; in the last column 1 where yesterday had none."""
    had_none = np.isnan(inputs[:, :1]).astype(np.float64)
    return np.hstack((np.nan_to_num((inputs - middle) / spread), had_none))


def _rows_of_series(rows: pl.DataFrame) -> dict[tuple[object, ...], npt.NDArray[np.int64]]:
    """Row numbers of each athlete and era, in order of date."""
    parts = rows.with_row_index("row").partition_by("athlete_id", "era", maintain_order=True, as_dict=True)
    return {name: own["row"].to_numpy().astype(np.int64) for name, own in parts.items()}


def _stretches(known: Matrix, deviation: Matrix, series: list[npt.NDArray[np.int64]]) -> tuple[Matrix, Matrix]:
    """Inputs and deviations of each stretch, the shorter ones filled up behind with days that train nothing."""
    inputs, wanted = [], []
    for rows in series:
        for end in range(len(rows), 0, -STEP_DAYS):
            own = rows[max(0, end - STRETCH_DAYS) : end]
            day_inputs, day_wanted = np.zeros((STRETCH_DAYS, known.shape[1])), np.full(STRETCH_DAYS, np.nan)
            day_inputs[: len(own)], day_wanted[: len(own)] = known[own], deviation[own]
            if end > STRETCH_DAYS:
                day_wanted[:WARM_UP_DAYS] = np.nan
            inputs.append(day_inputs)
            wanted.append(day_wanted)
    return np.array(inputs), np.array(wanted)


def _trained(torch: Any, known: Matrix, deviation: Matrix, series: list[npt.NDArray[np.int64]]) -> Any:  # noqa: ANN401 - the library has no types
    unit = torch.nn.GRU(known.shape[1], UNIT_COUNT, batch_first=True)
    last = torch.nn.Linear(UNIT_COUNT, 1)
    torch.nn.init.zeros_(last.weight)  # the first estimate is the athlete's mean
    torch.nn.init.zeros_(last.bias)
    network = torch.nn.ModuleList((unit, last))
    inputs, wanted = (torch.tensor(part, dtype=torch.float32) for part in _stretches(known, deviation, series))
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for _ in range(PASS_COUNT):
        for chosen in torch.randperm(len(inputs)).split(BATCH_COUNT):
            is_told = ~torch.isnan(wanted[chosen])
            if not is_told.any():
                continue
            found = last(unit(inputs[chosen])[0])[..., 0]
            loss = torch.nn.functional.smooth_l1_loss(found[is_told], wanted[chosen][is_told])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
            optimiser.step()
    return network


def _told(torch: Any, network: Any, read: Matrix) -> Matrix:  # noqa: ANN401 - the library has no types
    """The network's estimate for each day read, each from that day's inputs and those before it."""
    unit, last = network
    with torch.no_grad():
        days = torch.tensor(read[None], dtype=torch.float32)
        return np.asarray(last(unit(days)[0])[0, :, 0].numpy(), dtype=np.float64)


MODEL = Model(
    name="gru",
    version=1,
    rung=4,
    cost_class="dear",
    inputs=(CENTRE, *LEVELS, *OTHERS),
    tasks=MORNING_TASKS,
    least=f"{LEAST_MORNING_COUNT} mornings with history",
    needs="torch",
    extra="deep",
    estimate=estimate,
    card=(__doc__ or "").strip(),
)
