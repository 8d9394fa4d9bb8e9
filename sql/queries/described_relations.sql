-- One row per table or view of ours with its comment, tables first.
with
relations as (
    select
        0 as rank,
        schema_name,
        table_name as relation,
        comment
    from duckdb_tables()
    where not internal
    union all
    select
        1 as rank,
        schema_name,
        view_name as relation,
        comment
    from duckdb_views()
    where not internal
)

select
    schema_name,
    relation,
    comment
from relations
order by rank, schema_name, relation
