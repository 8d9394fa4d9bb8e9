-- one row per published value that later changed
create or replace view mart_restatements as
with restated as (
    select
        restatements.athlete_id,
        restatements.observation_id,
        restatements.restatement_index,
        restatements.observed_date,
        observations.metric,
        restatements.old_value,
        restatements.new_value,
        restatements.unit,
        observations.expected_error,
        observations.grade,
        observations.verdict,
        restatements.cause
    from restatements
    left join observations on restatements.observation_id = observations.observation_id
)

select * from restated;
comment on view mart_restatements is 'One row per published value that later changed, with the cause and the grade it has now.';
comment on column mart_restatements.athlete_id is 'Athlete.';
comment on column mart_restatements.observation_id is 'Observation.';
comment on column mart_restatements.restatement_index is 'Number of the restatement of this observation, from 0.';
comment on column mart_restatements.observed_date is 'Local date of the observation.';
comment on column mart_restatements.metric is 'Metric; null when the observation is gone.';
comment on column mart_restatements.old_value is 'Value before; null when it was withheld.';
comment on column mart_restatements.new_value is 'Value after; null when it is withheld.';
comment on column mart_restatements.unit is 'Unit of values and error.';
comment on column mart_restatements.expected_error is 'Expected error of the value now; null when not known.';
comment on column mart_restatements.grade is 'Grade now; null when the observation is gone.';
comment on column mart_restatements.verdict is 'Verdict now; null when the observation is gone.';
comment on column mart_restatements.cause is 'late_file, definition_changed, merge_changed or clock_corrected.';
