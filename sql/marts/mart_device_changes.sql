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
        max(observations.observed_date) as last_used_date,
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

paired as (
    select
        later.athlete_id,
        later.metric,
        later.reading,
        later.method,
        later.segment_start_date as change_date,
        later.device_id,
        later.usable_day_count,
        max_by(earlier.device_id, earlier.last_used_date) as previous_device_id,
        bool_or(earlier.last_used_date >= later.segment_start_date) as is_side_by_side,
        bool_or(
            earlier.device_id = later.device_id
            and earlier.method = later.method
            and earlier.reading = later.reading
        ) as is_new_firmware
    from counted as later
    inner join counted as earlier
        on
            later.athlete_id = earlier.athlete_id
            and later.metric = earlier.metric
            and later.segment_start_date > earlier.segment_start_date
    group by all
),

-- Two devices worn side by side are no change: whatever measured before has to have ended.
changed as (
    select *
    from paired
    where is_new_firmware or not is_side_by_side
),

named as (
    select
        changed.athlete_id,
        changed.metric,
        changed.reading,
        changed.method,
        changed.change_date,
        changed.previous_device_id,
        changed.device_id,
        nullif(trim(concat_ws(' ', devices.manufacturer, devices.product)), '') as device_name,
        changed.usable_day_count
    from changed
    left join devices on changed.device_id = devices.device_id
)

select * from named;
comment on view mart_device_changes is 'One row per athlete, metric, reading and piece of one device, firmware and method that begins after an earlier one ended.';
comment on column mart_device_changes.athlete_id is 'Athlete.';
comment on column mart_device_changes.metric is 'Metric whose comparisons start again.';
comment on column mart_device_changes.reading is 'Reading of the new piece: a night instead of a morning is a change as well.';
comment on column mart_device_changes.method is 'Method of the new piece.';
comment on column mart_device_changes.change_date is 'First local date of the new piece.';
comment on column mart_device_changes.previous_device_id is 'Device of the piece before; the same one when firmware or method changed.';
comment on column mart_device_changes.device_id is 'Device of the new piece; empty text when not known.';
comment on column mart_device_changes.device_name is 'Maker and product of the new piece; null when not known.';
comment on column mart_device_changes.usable_day_count is 'Usable days in the new piece so far; a usual range needs 14.';
