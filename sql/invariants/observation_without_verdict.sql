-- An observation carries the stored verdict of its subject for its purpose; a withheld value may only be worse: not assessable.
-- What the two may differ in is asked of the pairs: as a condition of the join it would hold every row against every other.
select observations.*
from observations
left join verdicts
    on
        observations.subject_kind = verdicts.subject_kind
        and observations.subject_id = verdicts.subject_id
        and observations.purpose = verdicts.purpose
where
    verdicts.subject_id is null
    or (
        observations.verdict <> verdicts.verdict
        and not (observations.observed_value is null and observations.verdict = 'not_assessable')
    );
