-- one row per table of the database itself, without attached ones
select
    schema_name,
    table_name
from duckdb_tables()
where database_name = current_database() and not internal
order by schema_name, table_name;
