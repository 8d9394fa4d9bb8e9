"""From CPU time to carbon and water: what each part of the bill is, and whether it is counted, estimated or assumed."""

from typing import Any

import polars as pl

from dashboards import amounts
from dashboards.costs import amount

COUNTED, MEASURED, ESTIMATED, ASSUMED, UNCOUNTED = "counted", "measured", "estimated", "assumed", "not in it"


def components(ledger: pl.DataFrame, total: dict[str, Any], factors: pl.DataFrame) -> list[dict[str, str]]:
    """The parts in the order in which one follows from another: name, figure as text, tag, and how it comes about."""
    cpu_s = total["cpu_s"]
    return [
        _part("CPU time", "not known" if cpu_s is None else f"{cpu_s:,.1f} s", COUNTED, "by the operating system"),
        _part("energy of the processor", str(amount(total, "e_it")), _known(ledger), "CPU time, watts and a ratio"),
        _part("memory, graphics, disks, network, screen", "", UNCOUNTED, "nothing here tells what they use"),
        _part("overhead of the site", _site(factors, "pue"), ASSUMED, "factor on the energy; 1 is none, as at home"),
        _part(
            "carbon of that electricity", str(amount(total, "g_operational")), ESTIMATED, "annual average of the grid"
        ),
        _part("share of making the machine", str(amount(total, "g_embodied")), ASSUMED, "by the time it was taken"),
        _part("water where electricity is made", str(amount(total, "water_ml")), ESTIMATED, "by country, a wide band"),
        _part("water of the site", _site(factors, "wue_site", " L/kWh"), ASSUMED, "none for a machine cooled by air"),
    ]


def _part(name: str, figure: str, tag: str, how: str) -> dict[str, str]:
    return {"name": name, "figure": figure, "tag": tag, "how": how}


def _known(ledger: pl.DataFrame) -> str:
    """Measured only where every figure was read from a counter or a meter."""
    classes = set(ledger.filter(pl.col("e_it_q50").is_not_null())["evidence"].to_list())
    return MEASURED if classes and all(name.startswith("measured") for name in classes) else ESTIMATED


def _site(factors: pl.DataFrame, quantity: str, unit: str = "") -> str:
    rows = factors.filter(pl.col("kind") == "site", pl.col("quantity") == quantity).to_dicts()
    return f"{rows[0]['q50']:g}{unit}" if rows else amounts.NOT_KNOWN
