-- one row per row of a file of answers in one athlete's folder that is about another athlete who has a folder
select
    answers.kind,
    answers.about_id as id,
    answers.athlete_folder as athlete,
    answers.about_date,
    answers.answer,
    answers.said_text as text,
    answers.author,
    answers.said_on
from answers
inner join athletes on answers.athlete_folder = athletes.folder
where answers.athlete_id = $athlete_id and athletes.athlete_id <> $athlete_id
order by answers.source_file_id, answers.row_index;
