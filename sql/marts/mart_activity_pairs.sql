-- one row per two activities of an athlete that could be the same
create or replace view mart_activity_pairs as
with held as (
    select
        activity_pairs.athlete_id,
        activity_pairs.activity_id,
        activity_pairs.other_activity_id,
        activity_pairs.is_same,
        merge_undos.merge_id as undone_merge_id,
        activity_pairs.overlap_fraction,
        activity_pairs.start_difference_s,
        activity_pairs.clock_shift_s,
        activity_pairs.distance_difference_fraction,
        activity_pairs.shape_distance_m,
        activity_pairs.heart_rate_difference_bpm,
        activity_pairs.reason,
        activity_pairs.definition_version
    from activity_pairs
    left join merge_undos
        on
            activity_pairs.activity_id = merge_undos.activity_id
            and activity_pairs.other_activity_id = merge_undos.other_activity_id
)

select * from held;
comment on view mart_activity_pairs is 'One row per two activities of an athlete that could be the same: whether they are, and why or why not.';
comment on column mart_activity_pairs.athlete_id is 'Athlete.';
comment on column mart_activity_pairs.activity_id is 'One of the two.';
comment on column mart_activity_pairs.other_activity_id is 'The other.';
comment on column mart_activity_pairs.is_same is 'Whether they are taken for one and the same.';
comment on column mart_activity_pairs.undone_merge_id is 'Merge of both that a person took back; null when nobody did.';
comment on column mart_activity_pairs.overlap_fraction is 'Common time as a fraction of the shorter, after the shift.';
comment on column mart_activity_pairs.start_difference_s is 'Start of the other minus that of the one (s).';
comment on column mart_activity_pairs.clock_shift_s is 'Time added to the clock of the other to compare them (s).';
comment on column mart_activity_pairs.distance_difference_fraction is 'Difference of distance as a fraction; null when one has none.';
comment on column mart_activity_pairs.shape_distance_m is 'Median distance between both tracks at equal times (m); null when one has no positions.';
comment on column mart_activity_pairs.heart_rate_difference_bpm is 'Median difference of heart rate (bpm); null when one has none.';
comment on column mart_activity_pairs.reason is 'Why, or why not, in words.';
comment on column mart_activity_pairs.definition_version is 'Version of the rule.';
