-- one row per path at which one of the contents was last seen
select
    inbox_files.source_file_id,
    athletes.folder,
    inbox_files.path
from inbox_files
inner join athletes on inbox_files.athlete_id = athletes.athlete_id
where inbox_files.source_file_id in (select unnest($source_file_ids::varchar[]))
order by inbox_files.source_file_id, inbox_files.path;
