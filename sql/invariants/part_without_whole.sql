-- Laps and pauses belong to an activity, sleep stages to a night, from the same file.
select
    laps.activity_id as whole_id,
    laps.source_file_id
from laps
left join activities on laps.activity_id = activities.activity_id and laps.source_file_id = activities.source_file_id
where activities.activity_id is null
union all
select
    pauses.activity_id as whole_id,
    pauses.source_file_id
from pauses
left join activities on pauses.activity_id = activities.activity_id and pauses.source_file_id = activities.source_file_id
where activities.activity_id is null
union all
select
    sleep_stages.night_id as whole_id,
    sleep_stages.source_file_id
from sleep_stages
left join nights on sleep_stages.night_id = nights.night_id and sleep_stages.source_file_id = nights.source_file_id
where nights.night_id is null;
