-- one row per squad, night, athlete and kind of which a rule held
create or replace view mart_attention as
with kept as (
    select
        row_id,
        squad,
        night_date,
        athlete_id,
        kind,
        place,
        is_shown,
        is_held_out,
        rules,
        evidence,
        novelty,
        persistence,
        p_value,
        show_chance,
        why_not_shown,
        since_date,
        pattern_ids,
        observation_ids,
        definition_version
    from attention_rows
)

select * from kept;
comment on view mart_attention is 'One row per squad, night, athlete and kind of which a rule held: what the coach was shown, and what not and why.';
comment on column mart_attention.row_id is 'Twelve hexadecimal digits made from squad, night, athlete and leading rule.';
comment on column mart_attention.squad is 'Squad.';
comment on column mart_attention.night_date is 'Local date of the list: the squad''s last date with data.';
comment on column mart_attention.athlete_id is 'Athlete.';
comment on column mart_attention.kind is 'look, or news for good news; news takes no place of the budget.';
comment on column mart_attention.place is 'Place in the list of its kind, from 1; null when not shown.';
comment on column mart_attention.is_shown is 'Whether the coach was shown it.';
comment on column mart_attention.is_held_out is 'Whether chance changed it: a row withheld that would have been shown, or one shown in its place from below the line. For the analyst only.';
comment on column mart_attention.rules is 'Rules that held, the leading one first: names of patterns, or outside_ and the metric.';
comment on column mart_attention.evidence is 'How rare the leading rule''s find is on ordinary days, as standard deviations of a Gaussian with that upper tail: the same scale for every rule.';
comment on column mart_attention.novelty is 'One divided by one plus the number of times the leading rule was shown of this athlete in the 28 days before.';
comment on column mart_attention.persistence is 'Share of the last three dates on which the leading rule held.';
comment on column mart_attention.p_value is 'Share of ordinary days with as much evidence, leading rule.';
comment on column mart_attention.show_chance is 'Probability with which this row was shown on this night, by the draw of what is held out; 0 when no draw could have shown it.';
comment on column mart_attention.why_not_shown is 'Empty when shown, else false discovery, persistence, noted (a note of illness, injury or travel already tells), cooldown, budget or held out.';
comment on column mart_attention.since_date is 'First local date of the unbroken time the leading rule has held.';
comment on column mart_attention.pattern_ids is 'Patterns it rests on.';
comment on column mart_attention.observation_ids is 'Observations it rests on.';
comment on column mart_attention.definition_version is 'Version of the decision.';
