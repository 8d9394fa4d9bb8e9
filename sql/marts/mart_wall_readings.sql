-- one row per reading of a meter at the wall
create or replace view mart_wall_readings as
with readings as (
    select * from stg_wall_readings
)

select * from readings;
comment on view mart_wall_readings is 'One row per reading of a meter at the wall.';
comment on column mart_wall_readings.reading_id is 'Hash of the reading.';
comment on column mart_wall_readings.started_at_utc is 'Start of what was metered (UTC).';
comment on column mart_wall_readings.ended_at_utc is 'End of it (UTC).';
comment on column mart_wall_readings.energy_wh is 'Energy of the whole machine in that time (Wh).';
comment on column mart_wall_readings.accuracy_fraction is 'Accuracy of the meter as entered (fraction of the reading, either way).';
comment on column mart_wall_readings.idle_w is 'Power of the machine with nothing to do, by the same meter (W); null when not known.';
comment on column mart_wall_readings.meter is 'What the meter is called; empty text when not said.';
comment on column mart_wall_readings.source_name is 'File it was entered from.';
comment on column mart_wall_readings.entered_at_utc is 'When it was entered (UTC).';
comment on column mart_wall_readings.run_count is 'Number of runs that overlap it.';
comment on column mart_wall_readings.run_id is 'The run it is of: the only one that overlaps it, covered from start to end, with no doubt; else null.';
comment on column mart_wall_readings.scope is 'above_idle: less what the machine draws at rest; whole_machine: with it, since that power was not given.';
comment on column mart_wall_readings.energy_j is 'Energy of that run at the wall (J), in that scope; null when it is of no run.';
comment on column mart_wall_readings.estimate_ratio is 'That over the middle of the estimate from the ledger (ratio); null when idle power was not given, since the two are then of different things.';
comment on column mart_wall_readings.doubts is 'Why it is of no run, by name; empty when nothing speaks against it.';
