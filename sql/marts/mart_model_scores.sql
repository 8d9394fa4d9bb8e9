-- one row per model job, variant and naive rival: skill on a rolling origin, with its interval
create or replace view mart_model_scores as
with scored as (
    select
        scores.job_id,
        model_jobs.squad,
        model_jobs.model,
        model_jobs.task,
        scores.variant,
        scores.rival,
        scores.is_best_rival,
        scores.mean_absolute_error,
        scores.rival_mean_absolute_error,
        scores.skill_fraction,
        scores.skill_lower_fraction,
        scores.skill_upper_fraction,
        scores.night_count,
        scores.verdict,
        scores.unit,
        scores.coach_error,
        scores.rival_coach_error,
        scores.coach_unit
    from scores
    inner join model_jobs on scores.job_id = model_jobs.job_id
)

select * from scored;
comment on view mart_model_scores is 'One row per model job, variant and naive rival: skill on a rolling origin, with its interval.';
comment on column mart_model_scores.job_id is 'Model job.';
comment on column mart_model_scores.squad is 'Squad whose athletes it saw.';
comment on column mart_model_scores.model is 'Name of the rung.';
comment on column mart_model_scores.task is 'What it estimates.';
comment on column mart_model_scores.variant is 'rolling_origin: fitted on everyone''s past; athlete_held_out: fitted without the athlete who is estimated.';
comment on column mart_model_scores.rival is 'Naive rival.';
comment on column mart_model_scores.is_best_rival is 'True for the rival with the smallest error: the one the verdict is against.';
comment on column mart_model_scores.mean_absolute_error is 'Mean absolute error of the model, in the unit of the task.';
comment on column mart_model_scores.rival_mean_absolute_error is 'Mean absolute error of the rival on the same nights.';
comment on column mart_model_scores.skill_fraction is '1 minus the ratio of the two (fraction).';
comment on column mart_model_scores.skill_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column mart_model_scores.skill_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column mart_model_scores.night_count is 'Number of nights both estimated.';
comment on column mart_model_scores.verdict is 'Against this rival alone: worth it, not worth it, undecided, or not evaluated on real athletes.';
comment on column mart_model_scores.unit is 'Unit of the errors.';
comment on column mart_model_scores.coach_error is 'Mean absolute error of the model as a coach reads it, in the coach unit.';
comment on column mart_model_scores.rival_coach_error is 'The same of the rival.';
comment on column mart_model_scores.coach_unit is 'Coach unit of the task: % of RMSSD, bpm or s.';
