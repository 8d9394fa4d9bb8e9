-- one row per row of the coach's page that somebody gave a verdict on
create or replace view mart_feedback as
with judged as (
    select
        attention_rows.row_id,
        attention_rows.squad,
        attention_rows.night_date,
        stg_answers.athlete_id,
        stg_answers.folder,
        attention_rows.kind,
        attention_rows.rules[1] as rule,
        attention_rows.is_shown,
        attention_rows.is_held_out,
        stg_answers.answer as verdict,
        stg_answers.said_text as verdict_text,
        stg_answers.author,
        stg_answers.said_on
    from stg_answers
    inner join attention_rows
        on stg_answers.about_id = attention_rows.row_id and stg_answers.athlete_id = attention_rows.athlete_id
    where stg_answers.kind = 'feedback' and stg_answers.is_in_force
)

select * from judged;
comment on view mart_feedback is 'One row per row of the coach''s page that somebody gave a verdict on, the latest one.';
comment on column mart_feedback.row_id is 'Row of the coach''s page, as in mart_attention.';
comment on column mart_feedback.squad is 'Squad.';
comment on column mart_feedback.night_date is 'Local date of the list the row stood in.';
comment on column mart_feedback.athlete_id is 'Athlete.';
comment on column mart_feedback.folder is 'Inbox folder of the athlete.';
comment on column mart_feedback.kind is 'look or news.';
comment on column mart_feedback.rule is 'Rule that led the row.';
comment on column mart_feedback.is_shown is 'True when the coach was shown it.';
comment on column mart_feedback.is_held_out is 'True when chance showed or withheld it.';
comment on column mart_feedback.verdict is 'useful, knew_already, not_useful or wrong.';
comment on column mart_feedback.verdict_text is 'Words beside it, never interpreted; empty when none.';
comment on column mart_feedback.author is 'Who gave it.';
comment on column mart_feedback.said_on is 'Local date it was given on.';
