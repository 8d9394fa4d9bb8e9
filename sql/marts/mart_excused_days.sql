-- one row per athlete and local date of which a person said what was the matter
create or replace view mart_excused_days as
with said as (
    select
        athlete_id,
        excused_date,
        reasons,
        leaves_ranges,
        leaves_plan,
        evidence,
        definition_version
    from excused_days
)

select * from said;
comment on view mart_excused_days is 'One row per athlete and local date of which a person said what was the matter, and what that date is left out of.';
comment on column mart_excused_days.athlete_id is 'Athlete.';
comment on column mart_excused_days.excused_date is 'Local date.';
comment on column mart_excused_days.reasons is 'What was said: ill, injury, travel, life, device, off or chose_not_to.';
comment on column mart_excused_days.leaves_ranges is 'True when values of that date are left out of usual ranges and patterns.';
comment on column mart_excused_days.leaves_plan is 'True when the date is left out where plan and data are compared.';
comment on column mart_excused_days.evidence is 'Who said it how and when, in words.';
comment on column mart_excused_days.definition_version is 'Version of the rules.';
