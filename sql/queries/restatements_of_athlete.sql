-- One row per restatement of one athlete.
select *
from restatements
where athlete_id = $athlete_id
order by observation_id, restatement_index
