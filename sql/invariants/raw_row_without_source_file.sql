-- Every raw row comes from a source file of the same athlete; a note, exertion or feel also from a file of answers that
-- names the athlete, in whose folder ever it lies.
with raw_rows as (
    select
        'activities' as stored_in,
        source_file_id,
        athlete_id
    from activities
    union all
    select
        'beat_series' as stored_in,
        source_file_id,
        athlete_id
    from beat_series
    union all
    select
        'nights' as stored_in,
        source_file_id,
        athlete_id
    from nights
    union all
    select
        'daily_values' as stored_in,
        source_file_id,
        athlete_id
    from daily_values
    union all
    select
        'hrv_epochs' as stored_in,
        source_file_id,
        athlete_id
    from hrv_epochs
    union all
    select
        'wellness_answers' as stored_in,
        source_file_id,
        athlete_id
    from wellness_answers
    union all
    select
        'notes' as stored_in,
        source_file_id,
        athlete_id
    from notes
    union all
    select
        'plans' as stored_in,
        source_file_id,
        athlete_id
    from plans
    union all
    select
        'interval_sums' as stored_in,
        source_file_id,
        athlete_id
    from interval_sums
    union all
    select
        'experiment_plans' as stored_in,
        source_file_id,
        athlete_id
    from experiment_plans
    union all
    select
        'experiment_plan_days' as stored_in,
        source_file_id,
        athlete_id
    from experiment_plan_days
    union all
    select
        'experiment_reports' as stored_in,
        source_file_id,
        athlete_id
    from experiment_reports
    union all
    select
        'answers' as stored_in,
        source_file_id,
        athlete_id
    from answers
    union all
    select
        'stream_files' as stored_in,
        source_file_id,
        athlete_id
    from stream_files
)

select raw_rows.*
from raw_rows
left join source_files
    on raw_rows.source_file_id = source_files.source_file_id and raw_rows.athlete_id = source_files.athlete_id
left join stg_answers
    on
        raw_rows.source_file_id = stg_answers.source_file_id
        and raw_rows.athlete_id = stg_answers.athlete_id
        and raw_rows.stored_in in ('notes', 'wellness_answers')
where source_files.source_file_id is null and stg_answers.source_file_id is null;
