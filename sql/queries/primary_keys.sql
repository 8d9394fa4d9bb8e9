-- one row per table with a primary key
select
    table_name,
    constraint_column_names
from duckdb_constraints()
where database_name = current_database() and constraint_type = 'PRIMARY KEY'
order by table_name;
