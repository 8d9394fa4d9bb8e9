-- Where a purpose has a limit, a usable verdict rests on an expected error that is known and within it.
select *
from verdicts
where
    verdict = 'usable'
    and error_limit is not null
    and (expected_error is null or expected_error > error_limit);
