-- one row per staging or mart view in the database
select view_name
from duckdb_views()
where not internal and (view_name like 'stg\_%' escape '\' or view_name like 'mart\_%' escape '\')
order by view_name;
