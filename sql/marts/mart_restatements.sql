-- one row per published value, run of days of a usual range, or pattern that later changed
create or replace view mart_restatements as
with restated as (
    select
        restatements.athlete_id,
        restatements.restated_id,
        restatements.restatement_index,
        restatements.what,
        restatements.first_date,
        restatements.observed_date,
        restatements.old_date,
        restatements.metric,
        restatements.rule,
        restatements.old_value,
        restatements.new_value,
        restatements.old_lower_limit,
        restatements.old_upper_limit,
        restatements.new_lower_limit,
        restatements.new_upper_limit,
        restatements.unit,
        observations.expected_error,
        restatements.old_grade,
        restatements.new_grade,
        restatements.old_verdict,
        restatements.new_verdict,
        restatements.cause,
        restatements.causes
    from restatements
    left join observations on restatements.restated_id = observations.observation_id
)

select * from restated;
comment on view mart_restatements is 'One row per published value, run of days of a usual range, or pattern that later changed, with what it was, what it is, and every cause.';
comment on column mart_restatements.athlete_id is 'Athlete.';
comment on column mart_restatements.restated_id is 'What changed: the observation or pattern; for a usual range twelve hexadecimal digits of its own.';
comment on column mart_restatements.restatement_index is 'Number of its restatement, from 0.';
comment on column mart_restatements.what is 'value, usual_range or pattern.';
comment on column mart_restatements.first_date is 'First local date it is about.';
comment on column mart_restatements.observed_date is 'Last local date it is about.';
comment on column mart_restatements.old_date is 'Local date before, where it is another one now; else null.';
comment on column mart_restatements.metric is 'Metric.';
comment on column mart_restatements.rule is 'Name of the pattern; empty text for anything else.';
comment on column mart_restatements.old_value is 'Value before (of a usual range its median); null when there was none, or it was withheld.';
comment on column mart_restatements.new_value is 'Value after; null when there is none any more, or it is withheld.';
comment on column mart_restatements.old_lower_limit is 'Lower end of the usual range before, on the date of the largest change; else null.';
comment on column mart_restatements.old_upper_limit is 'Upper end of it before.';
comment on column mart_restatements.new_lower_limit is 'Lower end of it after.';
comment on column mart_restatements.new_upper_limit is 'Upper end of it after.';
comment on column mart_restatements.unit is 'Unit of values, limits and error.';
comment on column mart_restatements.expected_error is 'Expected error of the value now; null when not known, and for anything but a value.';
comment on column mart_restatements.old_grade is 'Grade before; null when there was none.';
comment on column mart_restatements.new_grade is 'Grade after; null when there is none any more.';
comment on column mart_restatements.old_verdict is 'Verdict before; null for anything but a value.';
comment on column mart_restatements.new_verdict is 'Verdict after; null for anything but a value.';
comment on column mart_restatements.cause is
'The leading cause: late_file, file_replaced, reader_changed, definition_changed, rule_changed, merge_changed, merge_undone, clock_corrected, answer_given, card_changed or not_known.';
comment on column mart_restatements.causes is 'Every input that is another one than before: cause and detail, which names file and hash, version, merge or answer.';
