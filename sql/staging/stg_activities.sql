-- one row per activity: what identifies it, none of what it measured
create or replace view stg_activities as
with identified as (
    select
        activity_id,
        athlete_id,
        source_file_id,
        start_at_utc,
        local_date,
        sport,
        sub_sport,
        device_id,
        firmware
    from activities
)

select * from identified;
comment on view stg_activities is 'One row per activity: identity only; measured values reach a page through observations.';
comment on column stg_activities.activity_id is 'Activity.';
comment on column stg_activities.athlete_id is 'Athlete.';
comment on column stg_activities.source_file_id is 'File it came from.';
comment on column stg_activities.start_at_utc is 'Start (UTC).';
comment on column stg_activities.local_date is 'Local calendar date of the start.';
comment on column stg_activities.sport is 'running, cycling, swimming, walking, or the name or number the file gives.';
comment on column stg_activities.sub_sport is 'Finer kind; null when not stated.';
comment on column stg_activities.device_id is 'Device that recorded it; null when not stated.';
comment on column stg_activities.firmware is 'Firmware of that device; null when not stated.';
