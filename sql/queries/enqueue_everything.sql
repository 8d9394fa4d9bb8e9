-- estimate and publish work on whole athletes; judge and observe on activities and beat series too
insert or ignore into work_queue
select
    $stop as stop,
    subject_kind,
    subject_id,
    athlete_id
from (
    select
        'activity' as subject_kind,
        activity_id as subject_id,
        athlete_id
    from activities
    union all
    select
        'beat_series' as subject_kind,
        series_id as subject_id,
        athlete_id
    from beat_series
    union all
    select
        'athlete' as subject_kind,
        athlete_id::varchar as subject_id,
        athlete_id
    from athletes
)
where $stop in ('judge', 'observe') or subject_kind = 'athlete';
