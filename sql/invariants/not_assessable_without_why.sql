-- Null is never a pass: what could not be assessed says why, and only that does.
select *
from check_outcomes
where (outcome = 'not_assessable') <> (why <> '');
