-- One row: how many rows coaches were shown in the last $days nights of the lists, how many of these somebody gave a
-- verdict on, and how many were useful.
with recent as (
    select mart_attention.row_id
    from mart_attention
    where
        mart_attention.is_shown
        and mart_attention.night_date > (select max(latest.night_date) from mart_attention as latest) - $days::integer
)

select
    count(*) as shown_count,
    count(mart_feedback.row_id) as marked_count,
    count(*) filter (where mart_feedback.verdict = 'useful') as useful_count
from recent
left join mart_feedback on recent.row_id = mart_feedback.row_id;
