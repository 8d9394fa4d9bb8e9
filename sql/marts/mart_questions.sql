-- one row per question ever asked
create or replace view mart_questions as
with asked as (
    select
        questions.question_id,
        questions.athlete_id,
        athletes.folder,
        questions.signal,
        questions.signals,
        questions.cause,
        questions.start_date,
        questions.end_date,
        questions.asked_on,
        questions.words,
        questions.choices,
        questions.state,
        questions.is_folded,
        questions.answer,
        questions.answer_text,
        questions.answered_by,
        questions.answered_on,
        questions.holds_until_date,
        questions.definition_version
    from questions
    inner join athletes on questions.athlete_id = athletes.athlete_id
)

select * from asked;
comment on view mart_questions is 'One row per question ever asked about days on which something is missing and nothing says why.';
comment on column mart_questions.question_id is 'Question: twelve hexadecimal digits; the id of its answer in a file of answers.';
comment on column mart_questions.athlete_id is 'Athlete.';
comment on column mart_questions.folder is 'Inbox folder of the athlete; the athlete of its answer in a file of answers.';
comment on column mart_questions.signal is 'What was missing when it was first asked: training, night, hrv, resting_heart_rate or wear.';
comment on column mart_questions.signals is 'Everything that is missing on these days.';
comment on column mart_questions.cause is 'What the data tell of why, as in mart_gaps, of the signal that leads.';
comment on column mart_questions.start_date is 'First local date it is about.';
comment on column mart_questions.end_date is 'Last local date it is about.';
comment on column mart_questions.asked_on is 'Last local date of the athlete''s data when it was first asked.';
comment on column mart_questions.words is 'The question as it is put.';
comment on column mart_questions.choices is 'The answers it offers.';
comment on column mart_questions.state is 'open, answered or closed.';
comment on column mart_questions.is_folded is 'True when it is open and older than the few that are put first.';
comment on column mart_questions.answer is 'ill, travel, life, device, chose_not_to or other; null when not answered.';
comment on column mart_questions.answer_text is 'Words beside the answer, never interpreted; null when not answered.';
comment on column mart_questions.answered_by is 'Author of the answer; null when not answered.';
comment on column mart_questions.answered_on is 'Local date the answer was given on; null when not answered.';
comment on column mart_questions.holds_until_date is 'Last local date the answer speaks for; null when not answered.';
comment on column mart_questions.definition_version is 'Version of the rules.';
