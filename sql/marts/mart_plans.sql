-- one row per planned session or rest day
create or replace view mart_plans as
with planned as (
    select
        athlete_id,
        plan_date,
        source_file_id,
        plan_index,
        sport,
        is_rest_day,
        planned_duration_s,
        planned_distance_m,
        description
    from plans
)

select * from planned;
comment on view mart_plans is 'One row per planned session or rest day, as the plan words it.';
comment on column mart_plans.athlete_id is 'Athlete.';
comment on column mart_plans.plan_date is 'Local date it is planned for.';
comment on column mart_plans.source_file_id is 'File it came from.';
comment on column mart_plans.plan_index is 'Number of the row in the file, from 0.';
comment on column mart_plans.sport is 'Sport; null when not stated or on a rest day.';
comment on column mart_plans.is_rest_day is 'True when the plan says in so many words that nothing is planned.';
comment on column mart_plans.planned_duration_s is 'Planned duration (s); null when not stated.';
comment on column mart_plans.planned_distance_m is 'Planned distance (m); null when not stated.';
comment on column mart_plans.description is 'The words of the plan; empty when none.';
