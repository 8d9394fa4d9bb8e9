-- one row per source file whose place in the inbox a newer content of the same format has taken, which says something
-- about everything the older one said; what lies elsewhere in the inbox, too, is left, and so is what is only gone
with candidates as (
    select
        older.source_file_id,
        newer.source_file_id as newer_id
    from source_files as older
    inner join inbox_files
        on
            older.athlete_id = inbox_files.athlete_id
            and older.path || coalesce('!' || older.member_path, '') = inbox_files.path
    inner join source_files as newer on inbox_files.source_file_id = newer.source_file_id
    where
        newer.source_file_id = any($source_file_ids::varchar[])
        and older.source_file_id <> newer.source_file_id
        and older.format = newer.format
        and older.status = 'loaded'
        and older.replaced_by_source_file_id is null
        and not exists (
            select 1 from inbox_files as others
            where others.source_file_id = older.source_file_id
        )
),

spans as (
    select
        source_file_id,
        'activities' as said,
        start_at_utc as from_utc,
        end_at_utc as until_utc
    from activities
    union all
    select
        source_file_id,
        'beat_series' as said,
        start_at_utc as from_utc,
        end_at_utc as until_utc
    from beat_series
),

keys as (
    select
        source_file_id,
        concat_ws('|', 'nights', night_date) as said
    from nights
    union all
    select
        source_file_id,
        concat_ws('|', 'daily_values', value_date, metric, method, reading, device_id) as said
    from daily_values
    union all
    select
        source_file_id,
        concat_ws('|', 'hrv_epochs', measured_at_utc) as said
    from hrv_epochs
    union all
    select
        source_file_id,
        concat_ws('|', 'wellness_answers', about_date, instrument, item) as said
    from wellness_answers
    union all
    select
        source_file_id,
        concat_ws('|', 'notes', note_date) as said
    from notes
    union all
    select
        source_file_id,
        concat_ws('|', 'plans', plan_date) as said
    from plans
    union all
    select
        source_file_id,
        concat_ws('|', 'interval_sums', metric, start_at_utc) as said
    from interval_sums
    union all
    select
        source_file_id,
        concat_ws('|', 'heart_rates', month) as said
    from stream_files
    where stream = 'heart_rates'
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
    where not exists (
        select 1 from keys as newer
        where newer.source_file_id = candidates.newer_id and newer.said = older.said
    )
)

select
    candidates.source_file_id,
    any_value(candidates.newer_id) as newer_id
from candidates
where candidates.source_file_id not in (select unsaid.source_file_id from unsaid)
group by candidates.source_file_id
order by candidates.source_file_id;
