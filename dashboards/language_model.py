"""What a note by a language model would use, from published figures of one answer: each with its own boundary."""

from typing import Any

import polars as pl

from dashboards import amounts

DAYS_A_YEAR = 365
G_PER_KG, ML_PER_L, WH_PER_KWH = 1000.0, 1000.0, 1000.0

ENERGY, CARBON, WATER = "energy_per_answer", "carbon_per_answer", "water_per_answer"
ANCHORS = (
    ("oviedo_2026", "a large model in production settings, Oviedo et al."),
    ("google_gemini_2025", "Google of its own whole serving stack"),
)
"""Publications of energy told in words, with what they count; the table has all."""
LIFE_CYCLE = "mistral_large_2_2025"
"""The publication that counts a whole life cycle: it has no energy of its own."""


def note_a_day(factors: pl.DataFrame, athlete_count: int) -> list[str]:
    """One sentence per anchor: what a note a day for so many athletes would use, a day and a year.

    `factors` has the rows of mart_factors; a publication that is not loaded has no sentence. Nothing is averaged.
    """
    found = {(row["zone"], row["quantity"]): row for row in factors.to_dicts() if row["kind"] == "language_model"}
    told = [
        _energy(found[zone, ENERGY], counted, athlete_count) for zone, counted in ANCHORS if (zone, ENERGY) in found
    ]
    if (LIFE_CYCLE, CARBON) in found and (LIFE_CYCLE, WATER) in found:
        told.append(_life_cycle(found[LIFE_CYCLE, CARBON], found[LIFE_CYCLE, WATER], athlete_count))
    return told


def _energy(row: dict[str, Any], counted: str, athlete_count: int) -> str:
    day, year = row["q50"] * athlete_count, row["q50"] * athlete_count * DAYS_A_YEAR / WH_PER_KWH
    spread = ""
    if row["q05"] is not None and row["q95"] is not None:
        ends = f"{amounts.amount(row['q05'] * athlete_count)}{amounts.TO}{amounts.amount(row['q95'] * athlete_count)}"
        spread = f" (quartiles {ends})"
    return (
        f"At {amounts.amount(row['q50'])} Wh an answer ({counted}, {row['valid_year']}): about {amounts.amount(day)} Wh"
        f" a day{spread}, {amounts.amount(year)} kWh a year."
    )


def _life_cycle(carbon: dict[str, Any], water: dict[str, Any], athlete_count: int) -> str:
    day_g, day_ml = carbon["q50"] * athlete_count, water["q50"] * athlete_count
    year_kg, year_l = day_g * DAYS_A_YEAR / G_PER_KG, day_ml * DAYS_A_YEAR / ML_PER_L
    return (
        f"Counted over a life cycle with its hardware (Mistral Large 2, {carbon['valid_year']}),"
        f" at {carbon['q50']:g} g CO₂e and {water['q50']:g} mL an answer: about {amounts.amount(day_g)} g CO₂e and"
        f" {amounts.amount(day_ml)} mL a day, {amounts.amount(year_kg)} kg and {amounts.amount(year_l)} L a year."
    )
