-- one row per athlete of a squad
select athlete_id
from athletes
where squad = $squad
order by athlete_id
