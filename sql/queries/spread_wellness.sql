-- exertion and feel out of files of answers, each for the athlete it names and on the scale of its kind
insert into wellness_answers
select
    stg_answers.athlete_id,
    stg_answers.source_file_id,
    stg_answers.row_index as answer_index,
    stg_answers.about_date,
    null as answered_at_utc,
    case stg_answers.kind when 'rpe' then 'session_rpe' else 'other' end as instrument,
    stg_answers.kind as item,
    stg_answers.answer::double as answer_value,
    scales.scale_min,
    scales.scale_max,
    case stg_answers.kind when 'feel' then true end as is_higher_better
from stg_answers
inner join scales on stg_answers.kind = scales.kind
where stg_answers.is_in_force
order by stg_answers.source_file_id, stg_answers.row_index;
