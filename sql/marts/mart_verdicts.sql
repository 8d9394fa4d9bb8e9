-- one row per subject and purpose
create or replace view mart_verdicts as
with decided as (
    select
        athlete_id,
        subject_kind,
        subject_id,
        subject_date,
        purpose,
        verdict,
        expected_error,
        error_limit,
        unit,
        reasons,
        limits_version
    from verdicts
)

select * from decided;
comment on view mart_verdicts is 'One row per subject and purpose: what its values may be used for.';
comment on column mart_verdicts.athlete_id is 'Athlete.';
comment on column mart_verdicts.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column mart_verdicts.subject_id is 'Key of the subject.';
comment on column mart_verdicts.subject_date is 'Local date of the subject; of the end for a night.';
comment on column mart_verdicts.purpose is 'What the values would be used for.';
comment on column mart_verdicts.verdict is 'usable, not_usable or not_assessable.';
comment on column mart_verdicts.expected_error is 'Expected error, smaller in 80 % of cases, in the unit of the purpose; null when not known.';
comment on column mart_verdicts.error_limit is 'Largest expected error still usable; null when the purpose has none.';
comment on column mart_verdicts.unit is 'Unit of both.';
comment on column mart_verdicts.reasons is 'Checks and limits that decided, largest share first.';
comment on column mart_verdicts.limits_version is 'Version of the table of limits.';
