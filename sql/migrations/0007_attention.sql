-- What a coach is shown first, out of everything the rules could say of a night.

create table attention_candidates (
    athlete_id integer not null,
    rule varchar not null,
    candidate_date date not null,
    kind varchar not null check (kind in ('look', 'news')),
    is_held boolean not null,
    held_day_count integer not null,
    evidence double,
    p_value double not null check (p_value > 0 and p_value <= 1),
    chance_share double not null check (chance_share >= 0 and chance_share <= 1),
    is_noted boolean not null,
    since_date date,
    pattern_ids varchar[] not null,
    observation_ids varchar[] not null,
    definition_version varchar not null,
    primary key (athlete_id, rule)
);
comment on table attention_candidates is 'One row per athlete and rule that could be tried on the athlete''s last date: how far it is from an ordinary day.';
comment on column attention_candidates.athlete_id is 'Athlete.';
comment on column attention_candidates.rule is 'Name of the pattern, or outside_ and the metric for the rule of the usual range.';
comment on column attention_candidates.candidate_date is 'Last local date with a value of the athlete: the date the rule was tried on.';
comment on column attention_candidates.kind is 'look, or news for good news.';
comment on column attention_candidates.is_held is 'Whether the rule held on that date.';
comment on column attention_candidates.held_day_count is 'Number of the last three dates, that one included, on which it held.';
comment on column attention_candidates.evidence is 'How far it lies from what is usual, in standard deviations of the athlete''s own ordinary days; null when it does not hold or cannot be said.';
comment on column attention_candidates.p_value is 'Share of ordinary days on which the rule holds with as much evidence; 1 when it does not hold.';
comment on column attention_candidates.chance_share is 'Share of ordinary days on which the rule holds at all.';
comment on column attention_candidates.is_noted is 'Whether a note of illness, injury or travel of that date or the three before already tells.';
comment on column attention_candidates.since_date is 'First local date of the unbroken time it has held; null when it does not hold.';
comment on column attention_candidates.pattern_ids is 'Pattern it is stored as; empty for a usual range, or when it does not hold.';
comment on column attention_candidates.observation_ids is 'Observations it rests on; empty when it does not hold.';
comment on column attention_candidates.definition_version is 'Version of the rule and of the table of ordinary days.';

create table stock_rules (
    athlete_id integer primary key,
    candidate_date date not null,
    fired varchar[] not null,
    definition_version integer not null
);
comment on table stock_rules is 'One row per athlete: which rules off the shelf fire on the athlete''s last date.';
comment on column stock_rules.athlete_id is 'Athlete.';
comment on column stock_rules.candidate_date is 'Last local date with a value of the athlete: the date they were tried on.';
comment on column stock_rules.fired is 'hrv_below_week, beyond_one_sd_ and the metric, plan_off_by_tenth; empty when none fires.';
comment on column stock_rules.definition_version is 'Version of these rules.';

create table attention_rows (
    row_id varchar primary key,
    squad varchar not null,
    night_date date not null,
    athlete_id integer not null,
    kind varchar not null check (kind in ('look', 'news')),
    place integer,
    is_shown boolean not null,
    is_held_out boolean not null,
    rules varchar[] not null,
    evidence double not null,
    novelty double not null check (novelty > 0 and novelty <= 1),
    persistence double not null check (persistence >= 0 and persistence <= 1),
    p_value double not null check (p_value > 0 and p_value <= 1),
    show_chance double not null check (show_chance >= 0 and show_chance <= 1),
    why_not_shown varchar not null check (
        why_not_shown in ('', 'budget', 'cooldown', 'false discovery', 'persistence', 'noted', 'held out')
    ),
    since_date date not null,
    pattern_ids varchar[] not null,
    observation_ids varchar[] not null,
    definition_version varchar not null,
    unique (squad, night_date, athlete_id, kind),
    check (is_shown = (place is not null)),
    check (is_shown = (why_not_shown = ''))
);
comment on table attention_rows is 'One row per squad, night, athlete and kind of which a rule held: shown or not, and why not.';
comment on column attention_rows.row_id is 'Twelve hexadecimal digits made from squad, night, athlete and leading rule.';
comment on column attention_rows.squad is 'Squad.';
comment on column attention_rows.night_date is 'Local date of the list: the squad''s last date with data.';
comment on column attention_rows.athlete_id is 'Athlete.';
comment on column attention_rows.kind is 'look, or news for good news; news takes no place of the budget.';
comment on column attention_rows.place is 'Place in the list of its kind, from 1; null when not shown.';
comment on column attention_rows.is_shown is 'Whether the coach was shown it.';
comment on column attention_rows.is_held_out is 'Whether chance changed it: a row withheld that would have been shown, or one shown in its place from below the line. For the analyst only.';
comment on column attention_rows.rules is 'Rules that held, the leading one first: names of patterns, or outside_ and the metric.';
comment on column attention_rows.evidence is 'How rare the leading rule''s find is on ordinary days, as standard deviations of a Gaussian with that upper tail: the same scale for every rule.';
comment on column attention_rows.novelty is 'One divided by one plus the number of times the leading rule was shown of this athlete in the 28 days before.';
comment on column attention_rows.persistence is 'Share of the last three dates on which the leading rule held.';
comment on column attention_rows.p_value is 'Share of ordinary days with as much evidence, leading rule.';
comment on column attention_rows.show_chance is 'Probability with which this row was shown on this night, by the draw of what is held out; 0 when no draw could have shown it.';
comment on column attention_rows.why_not_shown is 'Empty when shown, else false discovery, persistence, noted (a note of illness, injury or travel already tells), cooldown, budget or held out.';
comment on column attention_rows.since_date is 'First local date of the unbroken time the leading rule has held.';
comment on column attention_rows.pattern_ids is 'Patterns it rests on.';
comment on column attention_rows.observation_ids is 'Observations it rests on.';
comment on column attention_rows.definition_version is 'Version of the decision.';

create table attention_nights (
    squad varchar not null,
    night_date date not null,
    athlete_count integer not null,
    compared_count integer not null,
    tested_count integer not null,
    budget_count integer not null,
    shown_count integer not null,
    news_count integer not null,
    expected_by_chance double,
    expected_how varchar not null,
    definition_version varchar not null,
    primary key (squad, night_date)
);
comment on table attention_nights is 'One row per squad and night: how many rows there could be, how many were shown, how many chance alone would show.';
comment on column attention_nights.squad is 'Squad.';
comment on column attention_nights.night_date is 'Local date of the list: the squad''s last date with data.';
comment on column attention_nights.athlete_count is 'Number of athletes of the squad.';
comment on column attention_nights.compared_count is 'Number of these of whom some rule could be tried.';
comment on column attention_nights.tested_count is 'Number of pairs of athlete and rule that were tried and are no news.';
comment on column attention_nights.budget_count is 'Most rows that the list may have.';
comment on column attention_nights.shown_count is 'Rows shown that are no news.';
comment on column attention_nights.news_count is 'Rows of good news shown beside them.';
comment on column attention_nights.expected_by_chance is 'Rows this decision would show tonight had nothing happened to anybody; null when no rule could be tried of an athlete who may be shown.';
comment on column attention_nights.expected_how is 'How that number was obtained, in words.';
comment on column attention_nights.definition_version is 'Version of the decision.';

create table twin_days (
    squad varchar not null,
    night_date date not null,
    athlete_id integer not null,
    stock_rules varchar[] not null,
    ours varchar[] not null,
    differs boolean not null,
    primary key (squad, night_date, athlete_id)
);
comment on table twin_days is 'One row per squad, night and athlete: what rules off the shelf say beside what was shown.';
comment on column twin_days.squad is 'Squad.';
comment on column twin_days.night_date is 'Local date of the list.';
comment on column twin_days.athlete_id is 'Athlete.';
comment on column twin_days.stock_rules is 'Rules off the shelf that fire: hrv_below_week, beyond_one_sd_ and the metric, plan_off_by_tenth.';
comment on column twin_days.ours is 'Rules of the row that was shown of the athlete; empty when none was.';
comment on column twin_days.differs is 'Whether one of them says something of the athlete and the other does not, or they say it of different things.';
