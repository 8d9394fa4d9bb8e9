-- One row per column of our tables and views with its type and comment, in order.
select
    schema_name,
    table_name as relation,
    column_name,
    data_type,
    comment
from duckdb_columns()
where not internal
order by schema_name, relation, column_index
