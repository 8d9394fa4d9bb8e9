-- one row per candidate (queries/replaced_candidates.sql) of which the newer content says something about everything the
-- older one said
with compared as (
    select source_file_id from candidates
    union
    select newer_id as source_file_id from candidates
),

spans as (
    select
        source_file_id,
        'activities' as said,
        start_at_utc as from_utc,
        end_at_utc as until_utc
    from activities
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        'beat_series' as said,
        start_at_utc as from_utc,
        end_at_utc as until_utc
    from beat_series
    where source_file_id in (select compared.source_file_id from compared)
),

keys as (
    select
        source_file_id,
        concat_ws('|', 'nights', night_date) as said
    from nights
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'daily_values', value_date, metric, method, reading, device_id) as said
    from daily_values
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'hrv_epochs', measured_at_utc) as said
    from hrv_epochs
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'wellness_answers', about_date, instrument, item) as said
    from wellness_answers
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'notes', note_date) as said
    from notes
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'plans', plan_date) as said
    from plans
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws(
            '|', 'experiment_plans', experiment_id, question, condition_a, condition_b, metric, method, reading, device_id,
            lag_days, smallest_effect, pair_count, period_days, washout_days, seed, start_date
        ) as said
    from experiment_plans
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'experiment_plan_days', experiment_id, day_date, condition) as said
    from experiment_plan_days
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'experiment_reports', experiment_id, day_date) as said
    from experiment_reports
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'answers', kind, about_id, athlete_folder, about_date, author) as said
    from answers
    where source_file_id in (select compared.source_file_id from compared)
    union all
    select
        source_file_id,
        concat_ws('|', 'heart_rates', month) as said
    from stream_files
    where
        stream = 'heart_rates'
        and source_file_id in (select compared.source_file_id from compared)
),

newer_sums as (
    select
        source_file_id,
        metric,
        start_at_utc
    from interval_sums
    where source_file_id in (select candidates.newer_id from candidates)
),

unsaid as (
    select candidates.source_file_id
    from candidates
    inner join spans as older on candidates.source_file_id = older.source_file_id
    where
        not exists (
            select 1 from spans as newer
            where
                newer.source_file_id = candidates.newer_id
                and newer.said = older.said
                and older.from_utc between newer.from_utc and newer.until_utc
        )
    union all
    select candidates.source_file_id
    from candidates
    inner join keys as older on candidates.source_file_id = older.source_file_id
    where
        not exists (
            select 1 from keys as newer
            where newer.source_file_id = candidates.newer_id and newer.said = older.said
        )
    union all
    select candidates.source_file_id
    from candidates
    inner join interval_sums as older on candidates.source_file_id = older.source_file_id
    anti join newer_sums as newer
        on
            candidates.newer_id = newer.source_file_id
            and older.metric = newer.metric
            and older.start_at_utc = newer.start_at_utc
)

select
    candidates.source_file_id,
    any_value(candidates.newer_id) as newer_id
from candidates
where candidates.source_file_id not in (select unsaid.source_file_id from unsaid)
group by candidates.source_file_id
order by candidates.source_file_id;
