-- An observation carries the stored verdict of its subject for its purpose; a withheld value may only be worse: not assessable.
select observations.*
from observations
left join verdicts
    on
        observations.subject_kind = verdicts.subject_kind
        and observations.subject_id = verdicts.subject_id
        and observations.purpose = verdicts.purpose
        and (
            observations.verdict = verdicts.verdict
            or (observations.observed_value is null and observations.verdict = 'not_assessable')
        )
where verdicts.subject_id is null;
