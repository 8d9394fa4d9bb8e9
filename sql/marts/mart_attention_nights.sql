-- one row per squad and night
create or replace view mart_attention_nights as
with kept as (
    select
        squad,
        night_date,
        athlete_count,
        compared_count,
        tested_count,
        budget_count,
        shown_count,
        news_count,
        expected_by_chance,
        expected_how,
        definition_version
    from attention_nights
)

select * from kept;
comment on view mart_attention_nights is 'One row per squad and night: how many rows there could be, how many were shown, how many chance alone would show.';
comment on column mart_attention_nights.squad is 'Squad.';
comment on column mart_attention_nights.night_date is 'Local date of the list: the squad''s last date with data.';
comment on column mart_attention_nights.athlete_count is 'Number of athletes of the squad.';
comment on column mart_attention_nights.compared_count is 'Number of these of whom some rule could be tried.';
comment on column mart_attention_nights.tested_count is 'Number of pairs of athlete and rule that were tried and are no news.';
comment on column mart_attention_nights.budget_count is 'Most rows that the list may have.';
comment on column mart_attention_nights.shown_count is 'Rows shown that are no news.';
comment on column mart_attention_nights.news_count is 'Rows of good news shown beside them.';
comment on column mart_attention_nights.expected_by_chance is 'Rows this decision would show tonight had nothing happened to anybody; null when no rule could be tried of an athlete who may be shown.';
comment on column mart_attention_nights.expected_how is 'How that number was obtained, in words.';
comment on column mart_attention_nights.definition_version is 'Version of the decision.';
