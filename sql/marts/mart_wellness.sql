-- one row per question that an athlete answered
create or replace view mart_wellness as
with answered as (
    select
        athlete_id,
        about_date,
        source_file_id,
        answer_index,
        instrument,
        item,
        answer_value,
        scale_min,
        scale_max,
        is_higher_better
    from wellness_answers
)

select * from answered;
comment on view mart_wellness is 'One row per question that an athlete answered; scales are never merged.';
comment on column mart_wellness.athlete_id is 'Athlete.';
comment on column mart_wellness.about_date is 'Local date the answer is about.';
comment on column mart_wellness.source_file_id is 'File it came from.';
comment on column mart_wellness.answer_index is 'Number of the answer in the file, from 0.';
comment on column mart_wellness.instrument is 'session_rpe, hooper, mclean or other.';
comment on column mart_wellness.item is 'What was asked.';
comment on column mart_wellness.answer_value is 'Answer, on the scale of the next columns.';
comment on column mart_wellness.scale_min is 'Lowest answer possible; null when not known.';
comment on column mart_wellness.scale_max is 'Highest answer possible; null when not known.';
comment on column mart_wellness.is_higher_better is 'True when a high answer is the good end; null when not known.';
