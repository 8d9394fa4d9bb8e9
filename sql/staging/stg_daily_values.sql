-- one row per value a vendor states for a local date: what identifies it, not the value
create or replace view stg_daily_values as
with identified as (
    select
        concat_ws('|', athlete_id, metric, method, device_id, strftime(value_date, '%Y-%m-%d')) as daily_value_id,
        athlete_id,
        source_file_id,
        value_date,
        metric,
        method,
        reading,
        device_id,
        firmware
    from daily_values
)

select * from identified;
comment on view stg_daily_values is 'One row per daily value of a vendor: identity only; measured values reach a page through observations.';
comment on column stg_daily_values.daily_value_id is 'Key as in flags: athlete, metric, method, device and date joined by |.';
comment on column stg_daily_values.athlete_id is 'Athlete.';
comment on column stg_daily_values.source_file_id is 'File it came from.';
comment on column stg_daily_values.value_date is 'Local date; for a night the date it ends on.';
comment on column stg_daily_values.metric is 'One quantity, such as rmssd or resting_heart_rate.';
comment on column stg_daily_values.method is 'How the vendor makes it; part of its identity.';
comment on column stg_daily_values.reading is 'night, morning or day.';
comment on column stg_daily_values.device_id is 'Device or app; empty text when the file does not say.';
comment on column stg_daily_values.firmware is 'Firmware of that device; null when not stated.';
