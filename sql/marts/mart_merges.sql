-- one row per recording of an activity of which there are several
create or replace view mart_merges as
with recorded as (
    select
        merged_activities.athlete_id,
        merged_activities.merge_id,
        merged_activities.activity_id,
        stg_activities.local_date,
        stg_activities.start_at_utc,
        stg_activities.sport,
        count(*) over (partition by merged_activities.merge_id) as recording_count,
        merged_activities.is_main,
        merged_activities.is_chosen_for_movement,
        merged_activities.is_chosen_for_heart_rate,
        merged_activities.is_chosen_for_decoupling,
        merged_activities.overlap_fraction,
        merged_activities.start_difference_s,
        merged_activities.distance_difference_fraction,
        merged_activities.shape_distance_m,
        nullif(trim(concat_ws(' ', devices.manufacturer, devices.product)), '') as device_name,
        source_files.format,
        coalesce(source_files.member_path, source_files.path) as source_path,
        merged_activities.reason,
        merged_activities.definition_version
    from merged_activities
    inner join stg_activities on merged_activities.activity_id = stg_activities.activity_id
    left join devices on stg_activities.device_id = devices.device_id
    left join source_files on stg_activities.source_file_id = source_files.source_file_id
)

select * from recorded;
comment on view mart_merges is 'One row per recording of an activity of which there are several: what is taken from it, and why it is the same.';
comment on column mart_merges.athlete_id is 'Athlete.';
comment on column mart_merges.merge_id is 'Merge: name it to take it back with wattworth merges --undo.';
comment on column mart_merges.activity_id is 'Recording, as it was read.';
comment on column mart_merges.local_date is 'Local date it counts for.';
comment on column mart_merges.start_at_utc is 'Start (UTC), by the corrected clock where it was corrected.';
comment on column mart_merges.sport is 'Sport this recording states.';
comment on column mart_merges.recording_count is 'Number of recordings in the merge.';
comment on column mart_merges.is_main is 'Whether it stands for the activity in lists and counts.';
comment on column mart_merges.is_chosen_for_movement is 'Whether distance and pace are taken from it.';
comment on column mart_merges.is_chosen_for_heart_rate is 'Whether heart rate is taken from it.';
comment on column mart_merges.is_chosen_for_decoupling is 'Whether decoupling is taken from it.';
comment on column mart_merges.overlap_fraction is 'Overlap in time with the main one as a fraction of the shorter.';
comment on column mart_merges.start_difference_s is 'Start minus that of the main one (s), by the clocks as written.';
comment on column mart_merges.distance_difference_fraction is 'Difference of distance as a fraction; null when one has none.';
comment on column mart_merges.shape_distance_m is 'Median distance between both tracks at equal times (m); null when one has no positions.';
comment on column mart_merges.device_name is 'Maker and product; null when not known.';
comment on column mart_merges.format is 'Format of its file.';
comment on column mart_merges.source_path is 'Path of its file in the athlete''s folder, or inside its zip.';
comment on column mart_merges.reason is 'Why it is the same and what is taken from it, in words.';
comment on column mart_merges.definition_version is 'Version of the rule.';
