-- one row per squad, rule that led a shown row, and way it came to be shown
create or replace view mart_rule_precision as
with
shown as (
    select
        row_id,
        squad,
        rules[1] as rule,
        case when is_held_out then 'chance' else 'rank' end as shown_by
    from attention_rows
    where is_shown
),

counted as (
    select
        shown.squad,
        shown.rule,
        shown.shown_by,
        count(*) as shown_count,
        count(mart_feedback.verdict) as judged_count,
        count(*) filter (where mart_feedback.verdict = 'useful') as useful_count,
        count(*) filter (where mart_feedback.verdict = 'knew_already') as knew_already_count,
        count(*) filter (where mart_feedback.verdict = 'not_useful') as not_useful_count,
        count(*) filter (where mart_feedback.verdict = 'wrong') as wrong_count
    from shown
    left join mart_feedback on shown.row_id = mart_feedback.row_id
    group by shown.squad, shown.rule, shown.shown_by
),

-- Wilson (1927): centre and half-width of the interval of a share, z = 1.96
shares as (
    select
        *,
        (useful_count + knew_already_count) / nullif(judged_count, 0) as precision_fraction,
        useful_count / nullif(judged_count, 0) as useful_fraction,
        1.96 ^ 2 / nullif(judged_count, 0) as shrink
    from counted
),

bounded as (
    select
        *,
        (precision_fraction + shrink / 2) / (1 + shrink) as precision_centre,
        (useful_fraction + shrink / 2) / (1 + shrink) as useful_centre,
        sqrt(shrink * precision_fraction * (1 - precision_fraction) + shrink ^ 2 / 4) / (1 + shrink) as precision_half_width,
        sqrt(shrink * useful_fraction * (1 - useful_fraction) + shrink ^ 2 / 4) / (1 + shrink) as useful_half_width
    from shares
)

select
    squad,
    rule,
    shown_by,
    shown_count,
    judged_count,
    useful_count,
    knew_already_count,
    not_useful_count,
    wrong_count,
    precision_fraction,
    precision_centre - precision_half_width as lower_fraction,
    precision_centre + precision_half_width as upper_fraction,
    useful_fraction,
    useful_centre - useful_half_width as useful_lower_fraction,
    useful_centre + useful_half_width as useful_upper_fraction
from bounded;
comment on view mart_rule_precision is 'One row per squad, rule and way its rows came to be shown: how often what it showed was so, by those who judged it.';
comment on column mart_rule_precision.squad is 'Squad.';
comment on column mart_rule_precision.rule is 'Rule that led the rows.';
comment on column mart_rule_precision.shown_by is 'rank for rows that had earned their place, chance for rows from below the line that a draw showed; never added up.';
comment on column mart_rule_precision.shown_count is 'Number of rows shown.';
comment on column mart_rule_precision.judged_count is 'Number of these that somebody gave a verdict on.';
comment on column mart_rule_precision.useful_count is 'Number of verdicts useful.';
comment on column mart_rule_precision.knew_already_count is 'Number of verdicts knew already.';
comment on column mart_rule_precision.not_useful_count is 'Number of verdicts not useful.';
comment on column mart_rule_precision.wrong_count is 'Number of verdicts wrong.';
comment on column mart_rule_precision.precision_fraction is 'What was said was so: fraction of the judged rows that were useful or known already; null when none was judged.';
comment on column mart_rule_precision.lower_fraction is 'Lower end of its 95 % interval (Wilson, fraction); null when none was judged.';
comment on column mart_rule_precision.upper_fraction is 'Upper end of its 95 % interval (Wilson, fraction); null when none was judged.';
comment on column mart_rule_precision.useful_fraction is 'They said something new: fraction of the judged rows that were useful; null when none was judged.';
comment on column mart_rule_precision.useful_lower_fraction is 'Lower end of its 95 % interval (Wilson, fraction); null when none was judged.';
comment on column mart_rule_precision.useful_upper_fraction is 'Upper end of its 95 % interval (Wilson, fraction); null when none was judged.';
