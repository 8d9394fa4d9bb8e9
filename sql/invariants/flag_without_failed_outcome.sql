-- A check that raised a flag has the outcome fail, and one with the outcome fail raised a flag.
with flagged as (
    select distinct
        subject_kind,
        subject_id,
        check_name
    from flags
),

failed as (
    select
        subject_kind,
        subject_id,
        check_name
    from check_outcomes
    where outcome = 'fail'
)

select
    flagged.check_name as flagged_check,
    failed.check_name as failed_check
from flagged
full outer join failed
    on
        flagged.subject_kind = failed.subject_kind
        and flagged.subject_id = failed.subject_id
        and flagged.check_name = failed.check_name
where flagged.check_name is null or failed.check_name is null;
