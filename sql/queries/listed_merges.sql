-- One row per recording of an activity of which there are several, of one athlete or, where the name is null, of all.
select
    mart_athletes.display_name as athlete,
    mart_merges.*
from mart_merges
inner join mart_athletes on mart_merges.athlete_id = mart_athletes.athlete_id
where $athlete is null or mart_athletes.display_name = $athlete
order by mart_merges.local_date asc, mart_merges.merge_id asc, mart_merges.is_main desc, mart_merges.activity_id asc;
