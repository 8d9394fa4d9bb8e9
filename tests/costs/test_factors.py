from contextlib import nullcontext

import pytest

from pipelines.costs.factors import KINDS, SHIPPED, known_country, load_factors, rows, version
from pipelines.errors import ConfigurationError


def test_every_shipped_factor_has_a_unit_and_a_source():
    shipped = rows(SHIPPED)

    assert {row["kind"] for row in shipped} == set(KINDS)
    assert all(row["unit"] and row["source"] for row in shipped)


def test_the_five_countries_and_the_world_have_the_figures_of_their_source():
    grid = {row["zone"]: row["q50"] for row in rows(SHIPPED) if row["kind"] == "grid"}

    five = {zone: grid[zone] for zone in ("FIN", "FRA", "GBR", "DEU", "USA", "WOR")}
    assert five == {"FIN": 79.2, "FRA": 56.0, "GBR": 237.6, "DEU": 381.0, "USA": 369.5, "WOR": 475.0}


def test_the_same_files_are_loaded_once(warehouse):
    loaded = {load_factors(warehouse), load_factors(warehouse)}

    assert loaded == {version(SHIPPED)}
    assert warehouse.con.sql("select distinct load_index from factors").fetchall() == [(0,)]


def test_a_changed_file_is_a_new_version_and_going_back_brings_the_old_one_into_use(warehouse, own_factors):
    first = load_factors(warehouse)
    shipped = (own_factors / "water.csv").read_text()
    (own_factors / "water.csv").write_text(shipped.replace("4.53", "4.5"))
    second = load_factors(warehouse)
    (own_factors / "water.csv").write_text(shipped)
    third = load_factors(warehouse)

    in_use = warehouse.con.sql("select distinct factors_version from mart_factors").fetchall()
    assert first == third != second
    assert in_use == [(first,)]
    assert warehouse.con.sql("select count(distinct factors_version) from factors").fetchone() == (2,)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("79.2", "-79.2", "-79.2 is no positive number"),
        ("63.4,79.2,99.0", "99.0,79.2,63.4", "do not rise"),
        ("63.4,79.2,99.0", ",79.2,99.0", "one end is missing"),
        ("zone,quantity", "country,quantity", "the columns are"),
    ],
)
def test_an_impossible_factor_is_refused_by_line(own_factors, old, new, found):
    grid = own_factors / "grid.csv"
    grid.write_text(grid.read_text().replace(old, new, 1))

    with pytest.raises(ConfigurationError, match=r"grid\.csv") as refused:
        rows(own_factors)

    assert found in str(refused.value)


def test_a_factor_without_source_is_refused(own_factors):
    header = (own_factors / "water.csv").read_text().splitlines()[0]
    (own_factors / "water.csv").write_text(f"{header}\nFIN,water_intensity,1,2,3,l_per_kwh,,\n")

    with pytest.raises(ConfigurationError, match="no source"):
        rows(own_factors)


def test_a_row_of_the_user_takes_the_place_of_the_shipped_one_and_the_others_stay(warehouse):
    warehouse.home.factors.mkdir()
    header = (SHIPPED / "grid.csv").read_text().splitlines()[0]
    mine = "FIN,carbon_intensity,20,25,30,g_co2e_per_kwh,2025,My own supplier's hourly averages, weighted"
    (warehouse.home.factors / "grid.csv").write_text(
        f'{header}\n{mine.replace("My", chr(34) + "My")}"\nISL,carbon_intensity,20,28,40,g_co2e_per_kwh,2024,Landsnet\n'
    )

    load_factors(warehouse)

    grid = warehouse.con.sql("from mart_factors where kind = 'grid'").pl()
    found = {row["zone"]: (row["q50"], row["valid_year"], row["source"]) for row in grid.to_dicts()}
    assert found["FIN"] == (25.0, 2025, "My own supplier's hourly averages, weighted")
    assert found["ISL"] == (28.0, 2024, "Landsnet")
    assert found["FRA"][:2] == (56.0, 2023)
    assert known_country(warehouse.home.factors, "isl") == "ISL"


@pytest.mark.parametrize(("pue", "refused"), [("1.0", False), ("0.99", True)])
def test_a_site_uses_no_less_than_its_machines(own_factors, pue, refused):
    site = own_factors / "site.csv"
    site.write_text(site.read_text().replace("pue,1.0,1.0,1.0", f"pue,{pue},{pue},{pue}"))

    with pytest.raises(ConfigurationError, match="under 1") if refused else nullcontext():
        rows(own_factors)


def test_a_file_that_is_no_kind_of_factor_is_refused_by_name(own_factors):
    (own_factors / "grid.csv").rename(own_factors / "gird.csv")

    with pytest.raises(ConfigurationError, match=r"gird\.csv"):
        rows(own_factors)


def test_a_row_that_stands_there_twice_is_refused(own_factors):
    water = own_factors / "water.csv"
    water.write_text(water.read_text() + water.read_text().splitlines()[1] + "\n")

    with pytest.raises(ConfigurationError, match="twice"):
        rows(own_factors)


@pytest.mark.parametrize(("stated", "known"), [("fin", "FIN"), (" FIN ", "FIN"), (None, None), ("", None)])
def test_a_country_is_known_in_capitals_or_not_stated(stated, known):
    assert known_country(SHIPPED, stated) == known


def test_a_country_without_grid_factor_is_refused_not_averaged():
    with pytest.raises(ConfigurationError, match="XXX"):
        known_country(SHIPPED, "XXX")
