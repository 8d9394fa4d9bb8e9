-- one row per row of a file of answers whose athlete is known: of several to one thing exactly one is in force
create or replace view stg_answers as
with told as (
    select
        athletes.athlete_id,
        athletes.folder,
        answers.source_file_id,
        answers.row_index,
        answers.kind,
        answers.about_id,
        answers.about_date,
        answers.answer,
        answers.said_text,
        answers.author,
        answers.said_on,
        case
            when answers.kind in ('question', 'feedback') then answers.about_id
            when answers.kind = 'note' then concat_ws('|', answers.about_date, answers.author, answers.answer, answers.said_text)
            else answers.about_date::varchar
        end as thing
    from answers
    inner join athletes on answers.athlete_folder = athletes.folder
),

ranked as (
    select
        *,
        row_number() over (
            partition by athlete_id, kind, thing
            order by said_on desc, row_index desc, source_file_id desc
        ) as rank
    from told
)

select
    athlete_id,
    folder,
    source_file_id,
    row_index,
    kind,
    about_id,
    about_date,
    answer,
    said_text,
    author,
    said_on,
    rank = 1 as is_in_force
from ranked;
comment on view stg_answers is 'One row per row of a file of answers whose athlete is known, with whether it is the one that counts.';
comment on column stg_answers.athlete_id is 'Athlete it is about.';
comment on column stg_answers.folder is 'Inbox folder of that athlete.';
comment on column stg_answers.source_file_id is 'File it came from.';
comment on column stg_answers.row_index is 'Number of the row in the file, from 0.';
comment on column stg_answers.kind is 'question, feedback, note, rpe or feel.';
comment on column stg_answers.about_id is 'Question or row of the coach''s page it answers; empty for a note, rpe or feel.';
comment on column stg_answers.about_date is 'Local date it is about; null where the row states none.';
comment on column stg_answers.answer is 'The answer.';
comment on column stg_answers.said_text is 'Words beside it.';
comment on column stg_answers.author is 'Who said it.';
comment on column stg_answers.said_on is 'Local date it was said on.';
comment on column stg_answers.is_in_force is 'True for the latest one about the same thing: question, row, or day; of equal notes for one.';
