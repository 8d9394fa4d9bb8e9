-- the date of a squad's list, and its number of athletes
select
    max(squad_date) as night_date,
    count(*)::integer as athlete_count
from mart_athletes
where squad = $squad
