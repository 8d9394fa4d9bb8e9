-- one row per squad and task that was asked for: what there is to score, and why nothing where there is nothing
create or replace view mart_task_states as
with states as (
    select
        squad,
        task,
        observed_count,
        history_count,
        scorable_count,
        athlete_count,
        why_not
    from task_states
)

select * from states;
comment on view mart_task_states is 'One row per squad and task that was asked for: what there is to score, and why nothing where there is nothing.';
comment on column mart_task_states.squad is 'Squad.';
comment on column mart_task_states.task is 'What would be estimated.';
comment on column mart_task_states.observed_count is 'Number of mornings, or hard runs, with a usable value.';
comment on column mart_task_states.history_count is 'Number of those with enough before them.';
comment on column mart_task_states.scorable_count is 'Number of those behind the first origin that every naive rival can estimate.';
comment on column mart_task_states.athlete_count is 'Number of athletes they are of.';
comment on column mart_task_states.why_not is 'Why nothing can be scored, in words; empty when something can.';
