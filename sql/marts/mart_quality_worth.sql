-- one row per squad, task and model: what leaving out unusable values gained, beside what the judging cost
create or replace view mart_quality_worth as
with judging as (
    select
        partition as squad,
        sum(own_cpu_s) as judging_cpu_s,
        sum(energy_q05_j) as judging_energy_q05_j,
        sum(energy_q50_j) as judging_energy_q50_j,
        sum(energy_q95_j) as judging_energy_q95_j
    from stg_ledger
    where purpose = 'judge' and step_key <> 'rule_bench' -- how often rules fire on ordinary days is no judging
    group by partition
),

compared as (
    select
        quality_worth.squad,
        quality_worth.task,
        quality_worth.model,
        quality_worth.job_id,
        quality_worth.athlete_count,
        quality_worth.night_count,
        quality_worth.spoiled_count,
        quality_worth.usable_mean_absolute_error,
        quality_worth.all_mean_absolute_error,
        quality_worth.rival_mean_absolute_error,
        1 - quality_worth.usable_mean_absolute_error / nullif(quality_worth.rival_mean_absolute_error, 0)
            as usable_skill_fraction,
        1 - quality_worth.all_mean_absolute_error / nullif(quality_worth.rival_mean_absolute_error, 0) as all_skill_fraction,
        quality_worth.gain_fraction,
        quality_worth.gain_lower_fraction,
        quality_worth.gain_upper_fraction,
        quality_worth.usable_coach_error,
        quality_worth.all_coach_error,
        quality_worth.coach_unit,
        quality_worth.unit,
        quality_worth.is_simulated,
        judging.judging_cpu_s,
        judging.judging_energy_q05_j,
        judging.judging_energy_q50_j,
        judging.judging_energy_q95_j
    from quality_worth
    left join judging on quality_worth.squad = judging.squad
)

select * from compared;
comment on view mart_quality_worth is 'One row per squad, task and model: what leaving out unusable values gained on the same nights, beside what the judging cost.';
comment on column mart_quality_worth.squad is 'Squad.';
comment on column mart_quality_worth.task is 'What is estimated.';
comment on column mart_quality_worth.model is 'Name of the rung, or best naive rival.';
comment on column mart_quality_worth.job_id is 'Model job; null for the rival.';
comment on column mart_quality_worth.athlete_count is 'Number of athletes compared.';
comment on column mart_quality_worth.night_count is 'Number of usable nights, or races, both ways estimated.';
comment on column mart_quality_worth.spoiled_count is 'Number of input values that are not usable: what the second way saw more.';
comment on column mart_quality_worth.usable_mean_absolute_error is 'Mean absolute error with usable values only, in the unit of the task.';
comment on column mart_quality_worth.all_mean_absolute_error is 'Mean absolute error with all values, on the same nights.';
comment on column mart_quality_worth.rival_mean_absolute_error is 'Mean absolute error of the best naive rival with usable values, on the same nights.';
comment on column mart_quality_worth.usable_skill_fraction is 'Skill over that rival with usable values only (fraction).';
comment on column mart_quality_worth.all_skill_fraction is 'Skill over the same rival with all values (fraction).';
comment on column mart_quality_worth.gain_fraction is 'The first less the second (fraction): what judging the data was worth here; null when nothing was spoiled.';
comment on column mart_quality_worth.gain_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column mart_quality_worth.gain_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column mart_quality_worth.usable_coach_error is 'Mean absolute error with usable values as a coach reads it, in the coach unit.';
comment on column mart_quality_worth.all_coach_error is 'The same with all values.';
comment on column mart_quality_worth.coach_unit is 'Coach unit of the task: % of RMSSD, bpm or s.';
comment on column mart_quality_worth.unit is 'Unit of the errors.';
comment on column mart_quality_worth.is_simulated is 'True when any of the athletes is simulated.';
comment on column mart_quality_worth.judging_cpu_s is 'CPU time (s) of everything the ledger has under judging this squad; null when nothing is.';
comment on column mart_quality_worth.judging_energy_q05_j is 'Energy (J) of that, processor only, lower end of the 90 % interval.';
comment on column mart_quality_worth.judging_energy_q50_j is 'Energy (J) of that, middle.';
comment on column mart_quality_worth.judging_energy_q95_j is 'Energy (J) of that, upper end.';
