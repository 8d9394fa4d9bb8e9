-- One row per pair of recordings that a person keeps apart, of one athlete or, where the name is null, of all.
select
    mart_athletes.display_name as athlete,
    mart_activity_pairs.undone_merge_id as merge_id,
    mart_activity_pairs.activity_id,
    mart_activity_pairs.other_activity_id,
    mart_activity_pairs.reason
from mart_activity_pairs
inner join mart_athletes on mart_activity_pairs.athlete_id = mart_athletes.athlete_id
where
    mart_activity_pairs.undone_merge_id is not null
    and ($athlete is null or mart_athletes.display_name = $athlete)
order by merge_id, mart_activity_pairs.activity_id, mart_activity_pairs.other_activity_id;
