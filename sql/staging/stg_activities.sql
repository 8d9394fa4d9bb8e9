-- one row per activity: what identifies it, none of what it measured
create or replace view stg_activities as
with
named as (
    select
        activity_id,
        sport,
        sub_sport,
        lower(trim(sport)) not in (
            '', 'generic', 'other', 'workout', 'activity', 'training', 'fitness', 'unknown', 'cardio'
        ) as is_stated
    from activities
),

stated as (
    select
        merged_activities.merge_id,
        first(named.sport order by merged_activities.is_main desc, named.activity_id asc) as sport,
        first(named.sub_sport order by merged_activities.is_main desc, named.activity_id asc) as sub_sport
    from merged_activities
    inner join named on merged_activities.activity_id = named.activity_id
    where named.is_stated
    group by merged_activities.merge_id
),

identified as (
    select
        activities.activity_id,
        activities.athlete_id,
        activities.source_file_id,
        activities.start_at_utc + to_seconds(coalesce(clock_doubts.shift_s, 0)) as start_at_utc,
        activities.end_at_utc,
        coalesce(clock_doubts.local_date, activities.local_date) as local_date,
        if(named.is_stated, named.sport, coalesce(stated.sport, named.sport)) as sport,
        if(named.is_stated, named.sub_sport, coalesce(named.sub_sport, stated.sub_sport)) as sub_sport,
        activities.device_id,
        activities.firmware,
        merged_activities.merge_id,
        coalesce(merged_activities.is_main, true) as is_main
    from activities
    inner join named on activities.activity_id = named.activity_id
    left join clock_doubts
        on clock_doubts.subject_kind = 'activity' and activities.activity_id = clock_doubts.subject_id
    left join merged_activities on activities.activity_id = merged_activities.activity_id
    left join stated on merged_activities.merge_id = stated.merge_id
)

select * from identified;
comment on view stg_activities is 'One row per activity: identity only; measured values reach a page through observations.';
comment on column stg_activities.activity_id is 'Activity.';
comment on column stg_activities.athlete_id is 'Athlete.';
comment on column stg_activities.source_file_id is 'File it came from.';
comment on column stg_activities.start_at_utc is 'Start (UTC), by the corrected clock where it was corrected.';
comment on column stg_activities.end_at_utc is 'End (UTC).';
comment on column stg_activities.local_date is 'Local calendar date of the start, by the corrected clock where it was corrected.';
comment on column stg_activities.sport is
'running, cycling, swimming, walking, or what the file gives; where that says nothing, what another recording states.';
comment on column stg_activities.sub_sport is 'Finer kind, found like the sport; null when not stated.';
comment on column stg_activities.device_id is 'Device that recorded it; null when not stated.';
comment on column stg_activities.firmware is 'Firmware of that device; null when not stated.';
comment on column stg_activities.merge_id is 'Merge it belongs to; null when it has the activity to itself.';
comment on column stg_activities.is_main is 'Whether it stands for its activity in counts: of several recordings one does.';
