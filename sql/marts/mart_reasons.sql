-- one row per athlete, purpose, verdict and leading reason of what is not usable or doubtful in the last 28 days
create or replace view mart_reasons as
with
spoiled as (
    select
        verdicts.athlete_id,
        verdicts.purpose,
        verdicts.verdict,
        verdicts.grade,
        verdicts.subject_kind,
        verdicts.subject_id,
        verdicts.subject_date,
        case
            when verdicts.reasons[1] is not null then verdicts.reasons[1]
            when verdicts.verdict = 'not_usable' and verdicts.expected_error is null then 'error_not_known'
            else ''
        end as reason
    from verdicts
    inner join mart_athletes on verdicts.athlete_id = mart_athletes.athlete_id
    where
        verdicts.subject_date between mart_athletes.squad_date - 27 and mart_athletes.squad_date
        and (verdicts.verdict <> 'usable' or verdicts.grade = 'doubtful')
),

counted as (
    select
        athlete_id,
        purpose,
        verdict,
        reason,
        count(*) as subject_count,
        max(subject_date) as last_date,
        max_by(subject_id, (subject_date, subject_id)) as last_subject_id
    from spoiled
    group by athlete_id, purpose, verdict, reason
)

select * from counted;
comment on view mart_reasons is 'One row per athlete, purpose, verdict and leading reason: what fell short in the 28 days to the date of the squad''s pages, or is usable but doubtful.';
comment on column mart_reasons.athlete_id is 'Athlete.';
comment on column mart_reasons.purpose is 'What the values would be used for.';
comment on column mart_reasons.verdict is 'not_usable, not_assessable, or usable for what is only doubtful.';
comment on column mart_reasons.reason is 'Check or part of the expected error with the largest share; error_not_known when it could not be computed; empty text when none is named.';
comment on column mart_reasons.subject_count is 'Number of subjects.';
comment on column mart_reasons.last_date is 'Local date of the latest of them.';
comment on column mart_reasons.last_subject_id is 'Key of the latest of them.';
