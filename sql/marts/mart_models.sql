-- one row per model job: its score against the best naive rival, and everything it has cost, failed attempts included
create or replace view mart_models as
with bills as (
    select
        job_id,
        count(*) as entry_count,
        count(*) filter (where energy_q50_j is null and status <> 'not_run') as unknown_count,
        sum(own_cpu_s) as cpu_s,
        sum(energy_q05_j) as e_it_q05,
        sum(energy_q50_j) as e_it_q50,
        sum(energy_q95_j) as e_it_q95,
        case when count(operational_q05_g_co2e) = count(energy_q50_j) then sum(operational_q05_g_co2e) end as g_operational_q05,
        case when count(operational_q50_g_co2e) = count(energy_q50_j) then sum(operational_q50_g_co2e) end as g_operational_q50,
        case when count(operational_q95_g_co2e) = count(energy_q50_j) then sum(operational_q95_g_co2e) end as g_operational_q95,
        case when count(embodied_q05_g_co2e) = count(energy_q50_j) then sum(embodied_q05_g_co2e) end as g_embodied_q05,
        case when count(embodied_q50_g_co2e) = count(energy_q50_j) then sum(embodied_q50_g_co2e) end as g_embodied_q50,
        case when count(embodied_q95_g_co2e) = count(energy_q50_j) then sum(embodied_q95_g_co2e) end as g_embodied_q95,
        case when count(water_q05_ml) = count(energy_q50_j) then sum(water_q05_ml) end as water_ml_q05,
        case when count(water_q50_ml) = count(energy_q50_j) then sum(water_q50_ml) end as water_ml_q50,
        case when count(water_q95_ml) = count(energy_q50_j) then sum(water_q95_ml) end as water_ml_q95
    from stg_ledger
    where job_id is not null
    group by job_id
),

judged as (
    select
        model_jobs.job_id,
        model_jobs.squad,
        model_jobs.model,
        model_jobs.model_version,
        model_jobs.task,
        model_jobs.athlete_count,
        model_jobs.night_count,
        model_jobs.usable_count,
        model_jobs.left_out_count,
        model_jobs.is_simulated,
        model_jobs.left_out_count / nullif(model_jobs.left_out_count + model_jobs.usable_count, 0) as left_out_fraction,
        scores.rival as best_rival,
        scores.mean_absolute_error,
        scores.rival_mean_absolute_error,
        scores.skill_fraction,
        scores.skill_lower_fraction,
        scores.skill_upper_fraction,
        coalesce(rung_verdicts.verdict, scores.verdict) as verdict,
        scores.unit,
        scores.coach_error,
        scores.rival_coach_error,
        scores.coach_unit,
        held_out.skill_fraction as held_out_skill_fraction,
        held_out.skill_lower_fraction as held_out_skill_lower_fraction,
        held_out.skill_upper_fraction as held_out_skill_upper_fraction,
        rung_verdicts.against,
        rung_verdicts.gain_fraction,
        rung_verdicts.gain_lower_fraction,
        rung_verdicts.gain_upper_fraction,
        rung_verdicts.adjusted_p_value,
        rung_verdicts.comparison_count,
        rung_verdicts.more_night_count,
        rung_verdicts.smallest_gain_fraction,
        rung_verdicts.is_on_frontier,
        rung_verdicts.cpu_s as backtest_cpu_s,
        bills.entry_count,
        bills.unknown_count,
        bills.cpu_s,
        bills.e_it_q05,
        bills.e_it_q50,
        bills.e_it_q95,
        bills.g_operational_q05,
        bills.g_operational_q50,
        bills.g_operational_q95,
        bills.g_embodied_q05,
        bills.g_embodied_q50,
        bills.g_embodied_q95,
        bills.water_ml_q05,
        bills.water_ml_q50,
        bills.water_ml_q95
    from model_jobs
    left join scores
        on model_jobs.job_id = scores.job_id and scores.variant = 'rolling_origin' and scores.is_best_rival
    left join scores as held_out
        on model_jobs.job_id = held_out.job_id and held_out.variant = 'athlete_held_out' and held_out.is_best_rival
    left join rung_verdicts on model_jobs.job_id = rung_verdicts.job_id
    left join bills on model_jobs.job_id = bills.job_id
)

select * from judged;
comment on view mart_models is 'One row per model job: its score against the best naive rival, and everything it has cost, failed attempts included.';
comment on column mart_models.job_id is 'Model job.';
comment on column mart_models.squad is 'Squad whose athletes it saw.';
comment on column mart_models.model is 'Name of the rung.';
comment on column mart_models.model_version is 'Version of the model.';
comment on column mart_models.task is 'What it estimates.';
comment on column mart_models.athlete_count is 'Number of athletes scored.';
comment on column mart_models.night_count is 'Number of nights scored.';
comment on column mart_models.usable_count is 'Number of nights, or races, with a usable reading, scored or not.';
comment on column mart_models.left_out_count is 'Number of nights left out because their verdict was not usable.';
comment on column mart_models.is_simulated is 'True when any of its athletes is simulated; caps the verdict.';
comment on column mart_models.left_out_fraction is 'Share of the readings left out because their verdict was not usable (fraction of all readings).';
comment on column mart_models.best_rival is 'Naive rival with the smallest error; null when no night could be scored.';
comment on column mart_models.mean_absolute_error is 'Mean absolute error of the model, in the unit of the task.';
comment on column mart_models.rival_mean_absolute_error is 'Mean absolute error of that rival on the same nights.';
comment on column mart_models.skill_fraction is '1 minus the ratio of the two (fraction).';
comment on column mart_models.skill_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column mart_models.skill_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column mart_models.verdict is 'Against the next cheaper rung that was worth it: worth it, not worth it, undecided, not evaluated on real athletes, or looks ahead.';
comment on column mart_models.unit is 'Unit of the errors.';
comment on column mart_models.coach_error is 'Mean absolute error of the model as a coach reads it, in the coach unit.';
comment on column mart_models.rival_coach_error is 'The same of the best rival.';
comment on column mart_models.coach_unit is 'Coach unit of the task: % of RMSSD, bpm or s.';
comment on column mart_models.held_out_skill_fraction is 'Skill when fitted without the athlete (fraction); null when that was not tried.';
comment on column mart_models.held_out_skill_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column mart_models.held_out_skill_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column mart_models.against is 'What the verdict holds it against: a cheaper rung, or the best naive rival.';
comment on column mart_models.gain_fraction is 'Gain over that in mean absolute error (fraction).';
comment on column mart_models.gain_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column mart_models.gain_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column mart_models.adjusted_p_value is 'Share of draws (fraction) without a gain worth having, after Holm over all comparisons of the squad.';
comment on column mart_models.comparison_count is 'Number of those comparisons.';
comment on column mart_models.more_night_count is 'Number of nights more that would decide, if the gain stays; null when decided or not to be told.';
comment on column mart_models.smallest_gain_fraction is 'Smallest gain worth having, as the task declares it (fraction).';
comment on column mart_models.is_on_frontier is 'True when dearer rungs are held against this one.';
comment on column mart_models.backtest_cpu_s is 'CPU time (s) of its last rolling origin alone: the order of the rungs.';
comment on column mart_models.entry_count is 'Number of ledger entries it paid for; null when none is left.';
comment on column mart_models.unknown_count is 'Number of those that ran and whose energy is not known; the sums leave them out.';
comment on column mart_models.cpu_s is 'CPU time (s) of all of them.';
comment on column mart_models.e_it_q05 is 'Energy (J), processor only, lower end of the 90 % interval.';
comment on column mart_models.e_it_q50 is 'Energy (J), processor only, middle.';
comment on column mart_models.e_it_q95 is 'Energy (J), processor only, upper end.';
comment on column mart_models.g_operational_q05 is 'Carbon of that energy (g CO2e); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_models.g_operational_q50 is 'Carbon of that energy (g CO2e); null when a part of it is not known, middle.';
comment on column mart_models.g_operational_q95 is 'Carbon of that energy (g CO2e); null when a part of it is not known, upper end.';
comment on column mart_models.g_embodied_q05 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_models.g_embodied_q50 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, middle.';
comment on column mart_models.g_embodied_q95 is 'Share of the carbon of making the machine (g CO2e); null when a part of it is not known, upper end.';
comment on column mart_models.water_ml_q05 is 'Water (mL); null when a part of it is not known, lower end of the 90 % interval.';
comment on column mart_models.water_ml_q50 is 'Water (mL); null when a part of it is not known, middle.';
comment on column mart_models.water_ml_q95 is 'Water (mL); null when a part of it is not known, upper end.';
