-- one row per column of every mart view with the comments on both, in order
with marts as (
    select
        view_name,
        comment as mart_comment
    from duckdb_views()
    where database_name = current_database() and starts_with(view_name, 'mart_')
),

described as (
    select
        table_name,
        column_name,
        column_index,
        comment as column_comment
    from duckdb_columns()
    where database_name = current_database()
)

select
    marts.view_name as mart,
    marts.mart_comment,
    described.column_name,
    described.column_comment
from marts
inner join described on marts.view_name = described.table_name
order by marts.view_name, described.column_index;
