-- one row per athlete, metric, reading and piece of one device and method that is not the first
create or replace view mart_device_changes as
with
pieces as (
    select
        athlete_id,
        metric,
        reading,
        method,
        device_id,
        segment_start_date,
        max(baseline_date) as last_date
    from baselines
    group by athlete_id, metric, reading, method, device_id, segment_start_date
),

-- A baseline leaves out its own day, so the days so far are counted from the observations themselves.
counted as (
    select
        pieces.athlete_id,
        pieces.metric,
        pieces.reading,
        pieces.method,
        pieces.device_id,
        pieces.segment_start_date,
        count(distinct observations.observed_date) as usable_day_count
    from pieces
    left join observations
        on
            pieces.athlete_id = observations.athlete_id
            and pieces.metric = observations.metric
            and pieces.reading = observations.reading
            and pieces.method = observations.method
            and pieces.device_id = observations.device_id
            and observations.observed_date between pieces.segment_start_date and pieces.last_date
            and observations.verdict = 'usable'
            and observations.observed_value is not null
    group by all
),

ordered as (
    select
        *,
        lag(device_id) over (
            partition by athlete_id, metric, reading
            order by segment_start_date, device_id, method
        ) as previous_device_id
    from counted
),

named as (
    select
        ordered.athlete_id,
        ordered.metric,
        ordered.reading,
        ordered.method,
        ordered.segment_start_date as change_date,
        ordered.previous_device_id,
        ordered.device_id,
        nullif(trim(concat_ws(' ', devices.manufacturer, devices.product)), '') as device_name,
        ordered.usable_day_count
    from ordered
    left join devices on ordered.device_id = devices.device_id
    where ordered.previous_device_id is not null
)

select * from named;
comment on view mart_device_changes is 'One row per athlete, metric, reading and piece of one device, firmware and method that follows an earlier one.';
comment on column mart_device_changes.athlete_id is 'Athlete.';
comment on column mart_device_changes.metric is 'Metric whose comparisons start again.';
comment on column mart_device_changes.reading is 'Reading, part of the identity of the metric.';
comment on column mart_device_changes.method is 'Method of the new piece.';
comment on column mart_device_changes.change_date is 'First local date of the new piece.';
comment on column mart_device_changes.previous_device_id is 'Device of the piece before; the same one when firmware or method changed.';
comment on column mart_device_changes.device_id is 'Device of the new piece; empty text when not known.';
comment on column mart_device_changes.device_name is 'Maker and product of the new piece; null when not known.';
comment on column mart_device_changes.usable_day_count is 'Usable days in the new piece so far; a usual range needs 14.';
