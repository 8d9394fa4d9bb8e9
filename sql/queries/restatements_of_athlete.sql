-- One row per restatement of one athlete.
select *
from restatements
where athlete_id = $athlete_id
order by restated_id, restatement_index
