-- A flagged segment has a length of zero or more, and at least one row.
select *
from flags
where end_s < start_s or row_count < 1;
