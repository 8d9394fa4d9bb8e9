-- one row per metric of one subject, with the usual range of its day
create or replace view mart_observations as
with
subjects as (
    select
        'activity' as subject_kind,
        activity_id as subject_id,
        start_at_utc,
        sport,
        source_file_id,
        merge_id
    from stg_activities
    union all
    select
        'beat_series' as subject_kind,
        series_id as subject_id,
        start_at_utc,
        null as sport,
        source_file_id,
        null as merge_id
    from stg_beat_series
    union all
    select
        'night' as subject_kind,
        night_id as subject_id,
        start_at_utc,
        null as sport,
        source_file_id,
        null as merge_id
    from stg_nights
    union all
    select
        'daily_value' as subject_kind,
        daily_value_id as subject_id,
        null as start_at_utc,
        null as sport,
        min(source_file_id) as source_file_id,
        null as merge_id
    from stg_daily_values
    group by daily_value_id
),

recordings as (
    select
        merge_id,
        count(*) as recording_count
    from stg_activities
    where merge_id is not null
    group by merge_id
),

limits as (
    select
        subject_kind,
        subject_id,
        purpose,
        error_limit
    from verdicts
),

observed as (
    select
        observations.observation_id,
        observations.athlete_id,
        observations.subject_kind,
        observations.subject_id,
        observations.observed_date,
        subjects.start_at_utc,
        subjects.sport,
        observations.metric,
        observations.method,
        observations.reading,
        observations.device_id,
        nullif(trim(concat_ws(' ', devices.manufacturer, devices.product)), '') as device_name,
        observations.purpose,
        observations.observed_value,
        observations.unit,
        observations.expected_error,
        limits.error_limit,
        observations.grade,
        observations.verdict,
        observations.reasons,
        observations.remedy,
        observations.evidence,
        baselines.median as baseline_median,
        baselines.spread as baseline_spread,
        baselines.lower_limit as baseline_lower_limit,
        baselines.upper_limit as baseline_upper_limit,
        coalesce(baselines.day_count, 0) as baseline_day_count,
        baselines.grade as baseline_grade,
        baselines.segment_start_date,
        source_files.source_file_id,
        coalesce(source_files.member_path, source_files.path) as source_path,
        source_files.format as source_format,
        source_files.reader_version,
        subjects.merge_id,
        coalesce(recordings.recording_count, 1) as recording_count,
        observations.definition_version
    from observations
    left join subjects on observations.subject_kind = subjects.subject_kind and observations.subject_id = subjects.subject_id
    left join devices on observations.device_id = devices.device_id
    left join limits
        on
            observations.subject_kind = limits.subject_kind
            and observations.subject_id = limits.subject_id
            and observations.purpose = limits.purpose
    left join recordings on subjects.merge_id = recordings.merge_id
    left join source_files on subjects.source_file_id = source_files.source_file_id
    left join baselines
        on
            observations.athlete_id = baselines.athlete_id
            and observations.metric = baselines.metric
            and observations.method = baselines.method
            and observations.reading = baselines.reading
            and observations.device_id = baselines.device_id
            and observations.observed_date = baselines.baseline_date
)

select * from observed;
comment on view mart_observations is 'One row per metric of one subject: value, expected error, grade, verdict and reasons, with the usual range of its day.';
comment on column mart_observations.observation_id is 'Observation.';
comment on column mart_observations.athlete_id is 'Athlete.';
comment on column mart_observations.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column mart_observations.subject_id is 'Key of the subject, as in flags.';
comment on column mart_observations.observed_date is 'Local date; for a night the date it ends on.';
comment on column mart_observations.start_at_utc is 'Start of the subject (UTC); null for a daily value.';
comment on column mart_observations.sport is 'Sport of an activity; else null.';
comment on column mart_observations.metric is 'ln_rmssd, resting_heart_rate, sleep_duration, moving_time, distance, mean_pace, mean_heart_rate, decoupling, best_1_km, best_5_km or best_10_km.';
comment on column mart_observations.method is 'How it was made: part of its identity.';
comment on column mart_observations.reading is 'night, morning, spot, day or activity: part of its identity.';
comment on column mart_observations.device_id is 'Device: part of its identity; empty text when not known.';
comment on column mart_observations.device_name is 'Maker and product; null when not known.';
comment on column mart_observations.purpose is 'Purpose whose verdict the value carries.';
comment on column mart_observations.observed_value is 'Value in the unit of the next column; null when it is withheld.';
comment on column mart_observations.unit is 'Unit of value, error, limits and usual range: ln_ms, bpm, s, m, s_per_km or fraction.';
comment on column mart_observations.expected_error is 'Expected error, smaller in 80 % of cases; null when not known.';
comment on column mart_observations.error_limit is 'Largest expected error still usable for the purpose, in the unit of the purpose; null when it has none.';
comment on column mart_observations.grade is 'ok, doubtful or unusable.';
comment on column mart_observations.verdict is 'usable, not_usable or not_assessable for the purpose.';
comment on column mart_observations.reasons is 'Flags or limits with their share of the error (fraction), largest first.';
comment on column mart_observations.remedy is 'What would make the next one better; empty when there is nothing to mend.';
comment on column mart_observations.evidence is 'JSON: the figures it rests on.';
comment on column mart_observations.baseline_median is 'Median of the usable days before; null below 14 of them.';
comment on column mart_observations.baseline_spread is '1.4826 times the median absolute deviation of those days.';
comment on column mart_observations.baseline_lower_limit is 'Lower end of the usual range.';
comment on column mart_observations.baseline_upper_limit is 'Upper end of the usual range.';
comment on column mart_observations.baseline_day_count is 'Usable days the range rests on; 0 when there is no range.';
comment on column mart_observations.baseline_grade is 'ok from 20 days, doubtful from 14, unusable below; null when there is no range.';
comment on column mart_observations.segment_start_date is 'First date of this device and method in one piece; null when there is no range.';
comment on column mart_observations.source_file_id is 'File it came from; for a daily value the first of them.';
comment on column mart_observations.source_path is 'Path of that file in the athlete''s folder, or inside its zip.';
comment on column mart_observations.source_format is 'Reader of that file; null where no file is known.';
comment on column mart_observations.reader_version is 'Version of that reader when it read the file.';
comment on column mart_observations.merge_id is 'Merge of the recordings of this activity; null when there is one.';
comment on column mart_observations.recording_count is 'Number of recordings of this activity: they are shown once.';
comment on column mart_observations.definition_version is 'Version of the definition that made it.';
