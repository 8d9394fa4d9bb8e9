-- one row per pattern of an athlete and unbroken time it held
create or replace view mart_patterns as
with found as (
    select
        patterns.pattern_id,
        patterns.athlete_id,
        patterns.pattern,
        patterns.is_good_news,
        patterns.start_date,
        patterns.end_date,
        patterns.metric,
        patterns.pattern_value,
        patterns.usual_value,
        patterns.unit,
        patterns.expected_error,
        patterns.evidence_sd,
        patterns.grade,
        patterns.earlier_held_count,
        patterns.earlier_day_count,
        patterns.components,
        patterns.observation_ids,
        patterns.doubts,
        patterns.remarks,
        patterns.definition_version
    from patterns
)

select * from found;
comment on view mart_patterns is 'One row per thing several observations show together, for as long as it held: worth a look, never advice.';
comment on column mart_patterns.pattern_id is 'Pattern: twelve hexadecimal digits.';
comment on column mart_patterns.athlete_id is 'Athlete.';
comment on column mart_patterns.pattern is 'Name of the rule, such as fatigue_pattern.';
comment on column mart_patterns.is_good_news is 'True when it is listed beside the concerns as good news.';
comment on column mart_patterns.start_date is 'First local date it holds on.';
comment on column mart_patterns.end_date is 'Last local date it holds on.';
comment on column mart_patterns.metric is 'Metric of the two values.';
comment on column mart_patterns.pattern_value is 'The value that stands out, in the unit named.';
comment on column mart_patterns.usual_value is 'What it is held against; null where nothing is.';
comment on column mart_patterns.unit is 'Unit of the values and the error.';
comment on column mart_patterns.expected_error is 'Expected error of the difference; null when not known.';
comment on column mart_patterns.evidence_sd is 'How far it lies from what is usual, in standard deviations of ordinary days, error included; null when not known.';
comment on column mart_patterns.grade is 'ok or doubtful.';
comment on column mart_patterns.earlier_held_count is 'Number of the days of the next column on which the same rule held.';
comment on column mart_patterns.earlier_day_count is 'Number of the 42 days before the first one on which the rule could be tried.';
comment on column mart_patterns.components is 'What it is made of: name, detail in words, days it held.';
comment on column mart_patterns.observation_ids is 'Observations it rests on.';
comment on column mart_patterns.doubts is 'What could make this one otherwise, in words.';
comment on column mart_patterns.remarks is 'What is in no such pattern, such as heat, in words.';
comment on column mart_patterns.definition_version is 'Version of the rule.';
