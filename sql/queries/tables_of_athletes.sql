-- one row per table whose rows belong to an athlete
select table_name
from duckdb_columns()
where
    database_name = current_database()
    and schema_name = 'main'
    and column_name = 'athlete_id'
    and table_name in (select duckdb_tables.table_name from duckdb_tables())
order by table_name;
