-- One row per athlete and kind of subject that a step of one squad has before it: their number, and the athlete's share
-- of the step. Files that are read or loaded weigh by their size, everything else by number.
-- $step: the step, or `everything` for one that works on every subject that is judged.
with subjects as (
    select
        'dropped_files' as step,
        athlete_id,
        'source_file' as subject_kind,
        1 as weight
    from inbox_files
    union all
    select
        case status when 'dropped' then 'recognised_files' when 'recognised' then 'read_batches' else 'loaded_rows' end as step,
        athlete_id,
        'source_file' as subject_kind,
        case status when 'dropped' then 1 else greatest(size_bytes, 1) end as weight
    from source_files
    where status in ('dropped', 'recognised', 'read')
    union all
    select
        case stop when 'judge' then 'verdicts' else 'observations' end as step,
        athlete_id,
        subject_kind,
        1 as weight
    from work_queue
    where stop in ('judge', 'observe')
    union all
    select
        'everything' as step,
        athlete_id,
        'activity' as subject_kind,
        1 as weight
    from activities
    union all
    select
        'everything' as step,
        athlete_id,
        'beat_series' as subject_kind,
        1 as weight
    from beat_series
    union all
    select
        'everything' as step,
        athlete_id,
        'athlete' as subject_kind,
        1 as weight
    from athletes
    union all
    select
        'estimates' as step,
        athlete_id,
        'athlete_day' as subject_kind,
        1 as weight
    from observations
    group by athlete_id, observed_date
    union all
    select
        'site' as step,
        athlete_id,
        'page' as subject_kind,
        1 as weight
    from athletes
)

select
    subjects.athlete_id,
    subjects.subject_kind,
    count(*)::integer as subject_count,
    sum(subjects.weight) / sum(sum(subjects.weight)) over () as share_fraction
from subjects
inner join athletes on subjects.athlete_id = athletes.athlete_id
where subjects.step = $step and athletes.squad = $squad
group by subjects.athlete_id, subjects.subject_kind
order by subjects.athlete_id, subjects.subject_kind;
