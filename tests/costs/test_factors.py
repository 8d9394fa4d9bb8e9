import pytest

from pipelines.costs.factors import KINDS, known_country, load_factors, rows, version
from pipelines.errors import ConfigurationError
from pipelines.paths import REPOSITORY

SHIPPED = REPOSITORY / "data" / "factors"


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


def test_a_missing_file_is_refused(own_factors):
    (own_factors / "water.csv").unlink()

    with pytest.raises(ConfigurationError, match="missing"):
        version(own_factors)


@pytest.mark.parametrize(("stated", "known"), [("fin", "FIN"), (" FIN ", "FIN"), (None, None), ("", None)])
def test_a_country_is_known_in_capitals_or_not_stated(stated, known):
    assert known_country(SHIPPED, stated) == known


def test_a_country_without_grid_factor_is_refused_not_averaged():
    with pytest.raises(ConfigurationError, match="XXX"):
        known_country(SHIPPED, "XXX")
