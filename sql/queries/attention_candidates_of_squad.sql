-- one row per athlete of a squad and rule that could be tried lately
select attention_candidates.*
from attention_candidates
inner join athletes on attention_candidates.athlete_id = athletes.athlete_id
where athletes.squad = $squad
order by attention_candidates.athlete_id, attention_candidates.rule
