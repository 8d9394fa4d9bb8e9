import polars as pl
import pytest

from pipelines import tables
from pipelines.quality.expected_error import budget, shares, totals

FACTS = {
    "error_sampling": 0.1234567,
    "error_artifact": 0.0456789,
    "error_missing": 0.0345678,
    "error_source": 0.0123457,
}
CHECKS = {"rr_missed": 7, "rr_long": 3, "rr_ectopic": 11, "rr_short": 1}


def made(rows, table):
    return tables.conform(pl.DataFrame(rows), table)


@pytest.mark.parametrize("seed", range(5))
def test_errors_are_the_same_to_the_last_bit_whatever_order_rows_come_in(seed):
    subject = {"athlete_id": 1, "subject_kind": "beat_series", "subject_id": "s"}
    facts = made(
        [subject | {"fact": name, "fact_value": value, "unit": "ln_ms"} for name, value in FACTS.items()], "facts"
    )
    flag = subject | {"check_version": 1, "segment_index": 0, "severity": "doubtful", "evidence": ""}
    rows = [flag | {"check_name": name, "row_count": n, "row_indices": list(range(n))} for name, n in CHECKS.items()]
    flags = made(rows, "flags")

    ordered = budget(facts, flags)
    shuffled = budget(
        facts.sample(fraction=1, shuffle=True, seed=seed), flags.sample(fraction=1, shuffle=True, seed=seed)
    )

    assert totals(shuffled).equals(totals(ordered))
    assert shares(shuffled).equals(shares(ordered))
