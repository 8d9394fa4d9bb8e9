-- one row per recording of RR intervals: what identifies it, none of what it measured
create or replace view stg_beat_series as
with identified as (
    select
        beat_series.series_id,
        beat_series.athlete_id,
        beat_series.source_file_id,
        beat_series.activity_id,
        beat_series.start_at_utc + to_seconds(coalesce(clock_doubts.shift_s, 0)) as start_at_utc,
        beat_series.end_at_utc,
        coalesce(clock_doubts.local_date, beat_series.local_date) as local_date,
        beat_series.reading,
        beat_series.device_id,
        beat_series.resolution_ms
    from beat_series
    left join clock_doubts
        on clock_doubts.subject_kind = 'beat_series' and beat_series.series_id = clock_doubts.subject_id
)

select * from identified;
comment on view stg_beat_series is 'One row per recording of RR intervals: identity only; measured values reach a page through observations.';
comment on column stg_beat_series.series_id is 'Series of beats.';
comment on column stg_beat_series.athlete_id is 'Athlete.';
comment on column stg_beat_series.source_file_id is 'File it came from.';
comment on column stg_beat_series.activity_id is 'Activity it was recorded in; null for a recording of its own.';
comment on column stg_beat_series.start_at_utc is 'Start of the first interval (UTC).';
comment on column stg_beat_series.end_at_utc is 'End (UTC).';
comment on column stg_beat_series.local_date is 'Local date: of the end for a night, else of the start.';
comment on column stg_beat_series.reading is 'night, morning, spot or activity.';
comment on column stg_beat_series.device_id is 'Device or app; null when not stated.';
comment on column stg_beat_series.resolution_ms is 'Step (ms) in which beats are stored; null when not known.';
