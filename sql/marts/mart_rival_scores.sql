-- one row per squad, task and naive rival: its error on all that can be scored
create or replace view mart_rival_scores as
with scored as (
    select
        rival_scores.squad,
        rival_scores.task,
        rival_scores.rival,
        rival_scores.mean_absolute_error,
        rival_scores.unit,
        rival_scores.coach_error,
        rival_scores.coach_unit,
        task_states.scorable_count,
        task_states.athlete_count
    from rival_scores
    inner join task_states on rival_scores.squad = task_states.squad and rival_scores.task = task_states.task
)

select * from scored;
comment on view mart_rival_scores is 'One row per squad, task and naive rival: its error on all that can be scored, whether or not a model could estimate it.';
comment on column mart_rival_scores.squad is 'Squad.';
comment on column mart_rival_scores.task is 'What is estimated.';
comment on column mart_rival_scores.rival is 'Naive rival of the task.';
comment on column mart_rival_scores.mean_absolute_error is 'Mean absolute error, in the unit of the task.';
comment on column mart_rival_scores.unit is 'Unit of that error.';
comment on column mart_rival_scores.coach_error is 'The same as a coach reads it, in the coach unit.';
comment on column mart_rival_scores.coach_unit is 'Coach unit of the task: % of RMSSD, bpm or s.';
comment on column mart_rival_scores.scorable_count is 'Number of mornings, or hard runs, it was scored on.';
comment on column mart_rival_scores.athlete_count is 'Number of athletes they are of.';
