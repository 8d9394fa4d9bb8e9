-- what was published of subjects that a load has taken out, kept until their athlete is observed again
insert or replace into withdrawn_values
with gone as (
    select
        observation_id,
        athlete_id,
        subject_kind,
        subject_id,
        observed_date,
        metric,
        method,
        reading,
        device_id,
        observed_value,
        unit,
        grade,
        verdict,
        definition_version
    from observations
    where
        split_part(subject_id, ':', 1) in (select unnest($source_file_ids::varchar[]))
        and subject_id not in (select unnest($living::varchar[]))
)

select
    gone.*,
    coalesce(observed_subjects.inputs, []) as inputs
from gone
left join observed_subjects
    on gone.subject_kind = observed_subjects.subject_kind and gone.subject_id = observed_subjects.subject_id;
