-- One row per source file that these observations were read from.
select
    source_file_id,
    source_path,
    source_format,
    reader_version,
    count(*) as value_count
from mart_observations
where list_contains($observation_ids::varchar[], observation_id) and source_file_id is not null
group by all
order by source_path, source_file_id;
