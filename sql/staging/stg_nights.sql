-- one row per sleep period: what identifies it, none of what it measured
create or replace view stg_nights as
with identified as (
    select
        nights.night_id,
        nights.athlete_id,
        nights.source_file_id,
        coalesce(clock_doubts.local_date, nights.night_date) as night_date,
        nights.start_at_utc + to_seconds(coalesce(clock_doubts.shift_s, 0)) as start_at_utc,
        nights.end_at_utc,
        nights.device_id,
        nights.firmware
    from nights
    left join clock_doubts
        on clock_doubts.subject_kind = 'night' and nights.night_id = clock_doubts.subject_id
)

select * from identified;
comment on view stg_nights is 'One row per sleep period: identity only; measured values reach a page through observations.';
comment on column stg_nights.night_id is 'Night.';
comment on column stg_nights.athlete_id is 'Athlete.';
comment on column stg_nights.source_file_id is 'File it came from.';
comment on column stg_nights.night_date is 'Local date the sleep ends on.';
comment on column stg_nights.start_at_utc is 'Start (UTC).';
comment on column stg_nights.end_at_utc is 'End (UTC).';
comment on column stg_nights.device_id is 'Device or app; null when not stated.';
comment on column stg_nights.firmware is 'Firmware of that device; null when not stated.';
