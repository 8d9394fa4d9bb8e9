-- What the files say, row by row, never edited.

create table activities (
    activity_id varchar primary key,
    athlete_id integer not null,
    source_file_id varchar not null,
    start_at_utc timestamptz not null,
    end_at_utc timestamptz not null,
    utc_offset_s integer,
    time_basis varchar not null check (time_basis in ('utc', 'local_with_offset', 'local_naive', 'file_modified')),
    local_date date not null,
    sport varchar not null,
    sub_sport varchar,
    device_id varchar,
    firmware varchar,
    heart_rate_source varchar not null check (heart_rate_source in ('strap', 'wrist', 'unknown')),
    elapsed_s double,
    timer_s double,
    distance_m double,
    ascent_m double,
    energy_kcal double,
    average_heart_rate_bpm double,
    max_heart_rate_bpm double,
    record_count integer not null,
    vendor_id varchar
);
comment on table activities is 'One row per activity: a bounded session, as the device summed it up.';
comment on column activities.activity_id is 'source_file_id, a colon, and the number of the session in the file.';
comment on column activities.athlete_id is 'Athlete.';
comment on column activities.source_file_id is 'File it came from.';
comment on column activities.start_at_utc is 'Start (UTC).';
comment on column activities.end_at_utc is 'End (UTC), pauses included.';
comment on column activities.utc_offset_s is 'Local time minus UTC (s) where the file states it; else null.';
comment on column activities.time_basis is 'How the file stated time: utc, local_with_offset, local_naive, or file_modified where it states none and its own time of writing stands in.';
comment on column activities.local_date is 'Local calendar date of the start, in the stated offset or the athlete''s zone.';
comment on column activities.sport is 'running, cycling, swimming, walking, or the name or number the file gives.';
comment on column activities.sub_sport is 'Finer kind, such as treadmill or trail; null when not stated.';
comment on column activities.device_id is 'Device that recorded it; null when not stated.';
comment on column activities.firmware is 'Firmware of that device; null when not stated.';
comment on column activities.heart_rate_source is 'strap, wrist or unknown, from the sensors the file lists.';
comment on column activities.elapsed_s is 'Elapsed time (s), pauses included.';
comment on column activities.timer_s is 'Timer time (s), pauses left out.';
comment on column activities.distance_m is 'Distance (m) the device states for the session.';
comment on column activities.ascent_m is 'Total ascent (m) the device states.';
comment on column activities.energy_kcal is 'Energy (kcal) the device states: a vendor''s estimate, stored and never used.';
comment on column activities.average_heart_rate_bpm is 'Average heart rate (bpm) the device states.';
comment on column activities.max_heart_rate_bpm is 'Maximum heart rate (bpm) the device states.';
comment on column activities.record_count is 'Number of records that belong to it; 0 for a summary without any.';
comment on column activities.vendor_id is 'Name the vendor gives it, such as a number or the file it names for it; null when none.';

create table laps (
    activity_id varchar not null,
    lap_index integer not null,
    athlete_id integer not null,
    source_file_id varchar not null,
    start_at_utc timestamptz,
    elapsed_s double,
    timer_s double,
    distance_m double,
    average_heart_rate_bpm double,
    primary key (activity_id, lap_index)
);
comment on table laps is 'One row per lap of an activity, as the device stored it.';
comment on column laps.activity_id is 'Activity.';
comment on column laps.lap_index is 'Number of the lap in the activity, from 0.';
comment on column laps.athlete_id is 'Athlete.';
comment on column laps.source_file_id is 'File it came from.';
comment on column laps.start_at_utc is 'Start (UTC).';
comment on column laps.elapsed_s is 'Elapsed time (s), pauses included.';
comment on column laps.timer_s is 'Timer time (s), pauses left out.';
comment on column laps.distance_m is 'Distance (m).';
comment on column laps.average_heart_rate_bpm is 'Average heart rate (bpm).';

create table pauses (
    activity_id varchar not null,
    pause_index integer not null,
    athlete_id integer not null,
    source_file_id varchar not null,
    start_at_utc timestamptz not null,
    end_at_utc timestamptz not null,
    primary key (activity_id, pause_index)
);
comment on table pauses is 'One row per time the timer stood still inside an activity.';
comment on column pauses.activity_id is 'Activity.';
comment on column pauses.pause_index is 'Number of the pause in the activity, from 0.';
comment on column pauses.athlete_id is 'Athlete.';
comment on column pauses.source_file_id is 'File it came from.';
comment on column pauses.start_at_utc is 'Timer stopped (UTC).';
comment on column pauses.end_at_utc is 'Timer started again (UTC).';

create table beat_series (
    series_id varchar primary key,
    athlete_id integer not null,
    source_file_id varchar not null,
    activity_id varchar,
    start_at_utc timestamptz not null,
    end_at_utc timestamptz not null,
    utc_offset_s integer,
    time_basis varchar not null check (time_basis in ('utc', 'local_with_offset', 'local_naive', 'file_modified')),
    local_date date not null,
    reading varchar not null check (reading in ('night', 'morning', 'spot', 'activity')),
    device_id varchar,
    interval_count integer not null,
    resolution_ms double,
    stated_at_utc timestamptz
);
comment on table beat_series is 'One row per unbroken recording of RR intervals.';
comment on column beat_series.series_id is 'source_file_id, a colon, b and the number of the series in the file.';
comment on column beat_series.athlete_id is 'Athlete.';
comment on column beat_series.source_file_id is 'File it came from.';
comment on column beat_series.activity_id is 'Activity it was recorded in; null for a recording of its own.';
comment on column beat_series.start_at_utc is 'Start of the first interval (UTC).';
comment on column beat_series.end_at_utc is 'End of the last interval (UTC).';
comment on column beat_series.utc_offset_s is 'Local time minus UTC (s) where the file states it; else null.';
comment on column beat_series.time_basis is 'How the file stated time: utc, local_with_offset, local_naive, or file_modified where it states none and its own time of writing stands in.';
comment on column beat_series.local_date is 'Local date: of the end for a night, else of the start.';
comment on column beat_series.reading is 'night (two hours or more, over the small hours), morning (up to 20 min, local 03-12 h), spot (any other of its own), activity.';
comment on column beat_series.device_id is 'Device or app; null when not stated.';
comment on column beat_series.interval_count is 'Number of RR intervals.';
comment on column beat_series.resolution_ms is 'Step (ms) in which times of beats or intervals are stored, by the format or by the numbers themselves; null when not known.';
comment on column beat_series.stated_at_utc is 'Time (UTC) of the figure that the file states of these beats, as measured_at_utc in daily_values of the same device; null when it states none.';

create table nights (
    night_id varchar primary key,
    athlete_id integer not null,
    source_file_id varchar not null,
    night_date date not null,
    start_at_utc timestamptz not null,
    end_at_utc timestamptz not null,
    utc_offset_s integer,
    time_basis varchar not null check (time_basis in ('utc', 'local_with_offset', 'local_naive', 'file_modified')),
    device_id varchar,
    firmware varchar,
    sleep_duration_s double,
    awake_s double,
    light_s double,
    deep_s double,
    rem_s double,
    unmeasured_s double,
    is_nap boolean
);
comment on table nights is 'One row per sleep period a device or person states.';
comment on column nights.night_id is 'source_file_id, a colon, n and the number of the night in the file.';
comment on column nights.athlete_id is 'Athlete.';
comment on column nights.source_file_id is 'File it came from.';
comment on column nights.night_date is 'Local date the sleep ends on.';
comment on column nights.start_at_utc is 'Start (UTC).';
comment on column nights.end_at_utc is 'End (UTC).';
comment on column nights.utc_offset_s is 'Local time minus UTC (s) where the file states it; else null.';
comment on column nights.time_basis is 'How the file stated time: utc, local_with_offset, local_naive, or file_modified where it states none and its own time of writing stands in.';
comment on column nights.device_id is 'Device or app; null when not stated.';
comment on column nights.firmware is 'Firmware of that device; null when not stated.';
comment on column nights.sleep_duration_s is 'Time asleep (s): light, deep and REM together.';
comment on column nights.awake_s is 'Time awake inside the period (s).';
comment on column nights.light_s is 'Light sleep (s) by the vendor''s staging, which is of low trust.';
comment on column nights.deep_s is 'Deep sleep (s) by the vendor''s staging, which is of low trust.';
comment on column nights.rem_s is 'REM sleep (s) by the vendor''s staging, which is of low trust.';
comment on column nights.unmeasured_s is 'Time the device could not measure (s).';
comment on column nights.is_nap is 'Whether it is a nap: as the vendor says, or short sleep by day where it has no word for naps; null when not known.';

create table sleep_stages (
    night_id varchar not null,
    stage_index integer not null,
    athlete_id integer not null,
    source_file_id varchar not null,
    stage varchar not null check (stage in ('awake', 'light', 'deep', 'rem', 'unmeasured')),
    start_at_utc timestamptz not null,
    end_at_utc timestamptz not null,
    primary key (night_id, stage_index)
);
comment on table sleep_stages is 'One row per unbroken stage of a night, as the vendor staged it.';
comment on column sleep_stages.night_id is 'Night.';
comment on column sleep_stages.stage_index is 'Number of the stage in the night, from 0.';
comment on column sleep_stages.athlete_id is 'Athlete.';
comment on column sleep_stages.source_file_id is 'File it came from.';
comment on column sleep_stages.stage is 'awake, light, deep, rem or unmeasured.';
comment on column sleep_stages.start_at_utc is 'Start (UTC).';
comment on column sleep_stages.end_at_utc is 'End (UTC).';

create table daily_values (
    athlete_id integer not null,
    source_file_id varchar not null,
    value_date date not null,
    metric varchar not null,
    method varchar not null,
    reading varchar not null check (reading in ('night', 'morning', 'day', 'spot')),
    device_id varchar not null,
    firmware varchar,
    measured_at_utc timestamptz,
    measured_value double not null,
    unit varchar not null,
    primary key (source_file_id, value_date, metric, method, reading, device_id)
);
comment on table daily_values is 'One row per value a vendor states for a local date, as stored in one file.';
comment on column daily_values.athlete_id is 'Athlete.';
comment on column daily_values.source_file_id is 'File it came from.';
comment on column daily_values.value_date is 'Local date; for a night the date it ends on.';
comment on column daily_values.metric is 'rmssd, sdnn, resting_heart_rate, ... : one quantity with one unit.';
comment on column daily_values.method is 'How the vendor makes it, such as garmin_last_night_average.';
comment on column daily_values.reading is 'night, morning, day or spot: never compared across.';
comment on column daily_values.device_id is 'Device or app; empty text when the file does not say.';
comment on column daily_values.firmware is 'Firmware of that device; null when not stated.';
comment on column daily_values.measured_at_utc is 'Time of measurement (UTC); null when the file gives a date only.';
comment on column daily_values.measured_value is 'Value, in the unit of the next column.';
comment on column daily_values.unit is 'Unit, such as ms or bpm.';

create table hrv_epochs (
    athlete_id integer not null,
    source_file_id varchar not null,
    epoch_index integer not null,
    device_id varchar not null,
    measured_at_utc timestamptz not null,
    rmssd_ms double not null,
    primary key (source_file_id, epoch_index)
);
comment on table hrv_epochs is 'One row per 5-minute RMSSD that a device computed itself during the night.';
comment on column hrv_epochs.athlete_id is 'Athlete.';
comment on column hrv_epochs.source_file_id is 'File it came from.';
comment on column hrv_epochs.epoch_index is 'Number of the epoch in the file, from 0.';
comment on column hrv_epochs.device_id is 'Device; empty text when the file does not say.';
comment on column hrv_epochs.measured_at_utc is 'End of the epoch (UTC).';
comment on column hrv_epochs.rmssd_ms is 'RMSSD (ms) by the vendor''s own method.';

create table wellness_answers (
    athlete_id integer not null,
    source_file_id varchar not null,
    answer_index integer not null,
    about_date date not null,
    answered_at_utc timestamptz,
    instrument varchar not null,
    item varchar not null,
    answer_value double not null,
    scale_min double,
    scale_max double,
    is_higher_better boolean,
    primary key (source_file_id, answer_index)
);
comment on table wellness_answers is 'One row per question that the athlete answered.';
comment on column wellness_answers.athlete_id is 'Athlete.';
comment on column wellness_answers.source_file_id is 'File it came from.';
comment on column wellness_answers.answer_index is 'Number of the answer in the file, from 0.';
comment on column wellness_answers.about_date is 'Local date the answer is about.';
comment on column wellness_answers.answered_at_utc is 'Time of the answer (UTC); null when the file gives a date only.';
comment on column wellness_answers.instrument is 'session_rpe, hooper, mclean or other: scales are never merged.';
comment on column wellness_answers.item is 'What was asked, such as rpe, fatigue or sleep_quality.';
comment on column wellness_answers.answer_value is 'Answer, on the scale of the next columns.';
comment on column wellness_answers.scale_min is 'Lowest answer possible; null when not known.';
comment on column wellness_answers.scale_max is 'Highest answer possible; null when not known.';
comment on column wellness_answers.is_higher_better is 'True when a high answer is the good end; null when not known.';

create table notes (
    athlete_id integer not null,
    source_file_id varchar not null,
    note_index integer not null,
    note_date date not null,
    author varchar not null,
    kind varchar not null,
    note varchar not null,
    primary key (source_file_id, note_index)
);
comment on table notes is 'One row per note of the coach or athlete: shown, never interpreted by a machine.';
comment on column notes.athlete_id is 'Athlete it is about.';
comment on column notes.source_file_id is 'File it came from.';
comment on column notes.note_index is 'Number of the note in the file, from 0.';
comment on column notes.note_date is 'Local date it is about.';
comment on column notes.author is 'Who wrote it: coach, athlete or the name the file gives.';
comment on column notes.kind is 'note, ill, travel, injury, device, off or other, chosen by the writer.';
comment on column notes.note is 'The words themselves.';

create table plans (
    athlete_id integer not null,
    source_file_id varchar not null,
    plan_index integer not null,
    plan_date date not null,
    sport varchar,
    is_rest_day boolean not null,
    planned_duration_s double,
    planned_distance_m double,
    description varchar not null,
    primary key (source_file_id, plan_index)
);
comment on table plans is 'One row per planned session or rest day: it gives "no activity" a meaning.';
comment on column plans.athlete_id is 'Athlete.';
comment on column plans.source_file_id is 'File it came from.';
comment on column plans.plan_index is 'Number of the row in the file, from 0.';
comment on column plans.plan_date is 'Local date it is planned for.';
comment on column plans.sport is 'Sport, as in activities; null when not stated or on a rest day.';
comment on column plans.is_rest_day is 'Whether the plan says in so many words that nothing is planned.';
comment on column plans.planned_duration_s is 'Planned duration (s); null when not stated.';
comment on column plans.planned_distance_m is 'Planned distance (m); null when not stated.';
comment on column plans.description is 'The words of the plan; empty when none.';

create table interval_sums (
    athlete_id integer not null,
    source_file_id varchar not null,
    interval_index integer not null,
    device_id varchar not null,
    metric varchar not null,
    start_at_utc timestamptz not null,
    end_at_utc timestamptz not null,
    utc_offset_s integer,
    amount double not null,
    unit varchar not null,
    primary key (source_file_id, interval_index)
);
comment on table interval_sums is 'One row per stretch of time one device counted over, such as steps of a quarter of an hour.';
comment on column interval_sums.athlete_id is 'Athlete.';
comment on column interval_sums.source_file_id is 'File it came from.';
comment on column interval_sums.interval_index is 'Number of the stretch in the file, from 0.';
comment on column interval_sums.device_id is 'Device or app; empty text when the file does not say.';
comment on column interval_sums.metric is 'step_count: what was counted.';
comment on column interval_sums.start_at_utc is 'Start of the stretch (UTC).';
comment on column interval_sums.end_at_utc is 'End of the stretch (UTC).';
comment on column interval_sums.utc_offset_s is 'Local time minus UTC (s) where the file states it; else null.';
comment on column interval_sums.amount is 'Amount counted, in the unit of the next column; never added across devices.';
comment on column interval_sums.unit is 'Unit, such as count.';

-- The long streams live in Parquet; these empty tables are their contract.
create schema streams;

create table streams.records (
    athlete_id integer not null,
    source_file_id varchar not null,
    activity_id varchar not null,
    record_index integer not null,
    recorded_at_utc timestamptz,
    latitude_deg double,
    longitude_deg double,
    altitude_m double,
    distance_m double,
    speed_m_per_s double,
    heart_rate_bpm smallint,
    other_heart_rate_bpm smallint,
    cadence_rpm double,
    power_w double,
    temperature_c double,
    gps_accuracy_m double
);
comment on table streams.records is 'One row per record of an activity, in file order, as the device stored it.';
comment on column streams.records.athlete_id is 'Athlete.';
comment on column streams.records.source_file_id is 'File it came from.';
comment on column streams.records.activity_id is 'Activity.';
comment on column streams.records.record_index is 'Number of the record in the file, from 0.';
comment on column streams.records.recorded_at_utc is 'Time stamp (UTC); null when the device stored none.';
comment on column streams.records.latitude_deg is 'Latitude (deg, WGS 84).';
comment on column streams.records.longitude_deg is 'Longitude (deg, WGS 84).';
comment on column streams.records.altitude_m is 'Altitude (m).';
comment on column streams.records.distance_m is 'Distance since the start (m), as the device counts it.';
comment on column streams.records.speed_m_per_s is 'Speed (m/s), as the device states it.';
comment on column streams.records.heart_rate_bpm is 'Heart rate (bpm), as the record itself stores it.';
comment on column streams.records.other_heart_rate_bpm is 'Heart rate (bpm) the file holds beside its records, such as a swim strap''s memory; used where a record has none.';
comment on column streams.records.cadence_rpm is 'Cadence (rpm); running: strides per minute of one leg.';
comment on column streams.records.power_w is 'Power (W).';
comment on column streams.records.temperature_c is 'Temperature (deg C).';
comment on column streams.records.gps_accuracy_m is 'Position accuracy (m), as the device states it.';

create table streams.beats (
    athlete_id integer not null,
    source_file_id varchar not null,
    series_id varchar not null,
    beat_index integer not null,
    start_s double not null,
    rr_ms double not null
);
comment on table streams.beats is 'One row per RR interval, in file order, as the device stored it.';
comment on column streams.beats.athlete_id is 'Athlete.';
comment on column streams.beats.source_file_id is 'File it came from.';
comment on column streams.beats.series_id is 'Series of beats.';
comment on column streams.beats.beat_index is 'Number of the interval in the series, from 0.';
comment on column streams.beats.start_s is 'Start of the interval (s after the start of the series); a jump beyond the interval before is a gap.';
comment on column streams.beats.rr_ms is 'RR interval (ms).';

create table streams.heart_rates (
    athlete_id integer not null,
    source_file_id varchar not null,
    device_id varchar not null,
    measured_at_utc timestamptz not null,
    heart_rate_bpm smallint not null
);
comment on table streams.heart_rates is 'One row per heart rate that a device stored outside activities.';
comment on column streams.heart_rates.athlete_id is 'Athlete.';
comment on column streams.heart_rates.source_file_id is 'File it came from.';
comment on column streams.heart_rates.device_id is 'Device; empty text when the file does not say.';
comment on column streams.heart_rates.measured_at_utc is 'Time of measurement (UTC).';
comment on column streams.heart_rates.heart_rate_bpm is 'Heart rate (bpm).';

create table stream_files (
    stream varchar not null check (stream in ('records', 'beats', 'heart_rates')),
    athlete_id integer not null,
    month varchar not null,
    path varchar not null,
    source_file_id varchar not null,
    row_count bigint not null,
    primary key (stream, source_file_id, month)
);
comment on table stream_files is 'One row per stream, source file and month: which Parquet file holds the rows.';
comment on column stream_files.stream is 'records, beats or heart_rates.';
comment on column stream_files.athlete_id is 'Athlete.';
comment on column stream_files.month is 'Local month YYYY-MM of the subject''s start, which compaction keeps together.';
comment on column stream_files.path is 'Path below the streams folder.';
comment on column stream_files.source_file_id is 'File the rows came from.';
comment on column stream_files.row_count is 'Number of rows.';
