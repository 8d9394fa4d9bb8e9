-- notes out of files of answers, each for the athlete it names
insert into notes
select
    athlete_id,
    source_file_id,
    row_index as note_index,
    about_date as note_date,
    author,
    answer as kind,
    said_text as note
from stg_answers
where kind = 'note' and is_in_force
order by source_file_id, row_index;
