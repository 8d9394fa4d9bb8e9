-- one row per day of the schedule of an experiment
create or replace view mart_experiment_days as
with listed as (
    select
        experiment_days.experiment_id,
        experiment_days.athlete_id,
        experiment_days.day_date,
        experiment_days.value_date,
        experiment_days.pair_number,
        experiment_days.condition,
        experiment_days.did,
        experiment_days.state,
        experiment_days.why_dropped,
        experiment_days.observed_value,
        experiment_days.unit,
        experiment_days.observation_id,
        experiment_days.definition_version
    from experiment_days
)

select * from listed;
comment on view mart_experiment_days is 'One row per day of the schedule of an experiment: what was to be done, what was done, and whether its value counts.';
comment on column mart_experiment_days.experiment_id is 'Experiment.';
comment on column mart_experiment_days.athlete_id is 'Athlete.';
comment on column mart_experiment_days.day_date is 'Local date it is done on.';
comment on column mart_experiment_days.value_date is 'Local date of the value it may change.';
comment on column mart_experiment_days.pair_number is 'Number of the pair, from 1; null on a washout day.';
comment on column mart_experiment_days.condition is 'A, B or washout.';
comment on column mart_experiment_days.did is 'A, B or neither, as told; not_told when nobody said.';
comment on column mart_experiment_days.state is 'ahead (the data have not reached it), washout, kept or dropped; decided without looking at the value.';
comment on column mart_experiment_days.why_dropped is 'Why it does not count; empty unless dropped.';
comment on column mart_experiment_days.observed_value is 'Value that counts, in the unit of the next column; null until the experiment is over, and where none counts.';
comment on column mart_experiment_days.unit is 'Unit of the value: ln_ms, bpm or s.';
comment on column mart_experiment_days.observation_id is 'Observation the value is of; null where there is none, and until it is over.';
comment on column mart_experiment_days.definition_version is 'Version of the rules.';
