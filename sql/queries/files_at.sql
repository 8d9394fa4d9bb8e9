-- one row per source file of the squad that has come to this status, by athlete and path
select
    source_files.source_file_id,
    source_files.athlete_id,
    source_files.path,
    source_files.parent_source_file_id,
    source_files.member_path,
    source_files.size_bytes,
    source_files.format,
    athletes.time_zone
from source_files
inner join athletes on source_files.athlete_id = athletes.athlete_id
where source_files.status = $status and athletes.squad = $squad
order by source_files.athlete_id, source_files.path, source_files.member_path nulls first;
