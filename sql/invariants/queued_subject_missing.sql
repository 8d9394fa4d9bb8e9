-- What is queued is there to be worked on.
with subjects as (
    select
        'activity' as subject_kind,
        activity_id as subject_id
    from activities
    union all
    select
        'beat_series' as subject_kind,
        series_id as subject_id
    from beat_series
    union all
    select
        'athlete' as subject_kind,
        athlete_id::varchar as subject_id
    from athletes
)

select work_queue.*
from work_queue
left join subjects
    on work_queue.subject_kind = subjects.subject_kind and work_queue.subject_id = subjects.subject_id
where subjects.subject_id is null;
