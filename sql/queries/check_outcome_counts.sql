-- One row per check and outcome among the subjects of one squad.
select
    check_outcomes.check_name,
    check_outcomes.outcome,
    count(*) as subject_count
from check_outcomes
inner join athletes on check_outcomes.athlete_id = athletes.athlete_id
where athletes.squad = $squad
group by check_outcomes.check_name, check_outcomes.outcome
order by check_outcomes.check_name, check_outcomes.outcome
