-- one row: how much of the squad is still under way, and a fingerprint of what everything about it is made from
with squad_athletes as (
    select athlete_id from athletes
    where squad = $squad
),

under_way as (
    select count(*) as open_count from source_files
    semi join squad_athletes on source_files.athlete_id = squad_athletes.athlete_id
    where source_files.status in ('dropped', 'recognised', 'read')
    union all
    select count(*) as open_count from work_queue
    semi join squad_athletes on work_queue.athlete_id = squad_athletes.athlete_id
),

parts as (
    select hash(athletes) as part from athletes
    union all
    select hash(source_files) as part from source_files
    where athlete_id in (select squad_athletes.athlete_id from squad_athletes)
    union all
    select hash(athlete_id, path, source_file_id) as part from inbox_files
    where athlete_id in (select squad_athletes.athlete_id from squad_athletes)
    union all
    select hash(skipped_items) as part from skipped_items
    where athlete_id is null or athlete_id in (select squad_athletes.athlete_id from squad_athletes)
    union all
    select hash(merge_undos) as part from merge_undos
    where athlete_id in (select squad_athletes.athlete_id from squad_athletes)
    union all
    select hash(definition_versions) as part from definition_versions
)

select
    (select sum(open_count)::bigint from under_way) as open_count,
    (select sum(part::hugeint)::varchar from parts) as state
