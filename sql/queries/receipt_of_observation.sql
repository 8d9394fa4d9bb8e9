-- One row per purpose of cost: what one observation of an athlete bears of the receipts so far, and how it is known.
-- $subject_kind is the kind of subject it rests on; an empty text asks for the mean of all observations of the athlete.
with counted as (
    select count(*) as observation_count
    from mart_observations
    where athlete_id = $athlete_id
),

borne as (
    select
        mart_receipts.*,
        1.0 / case when $subject_kind = '' then counted.observation_count else mart_receipts.observation_count end as share
    from mart_receipts
    cross join counted
    where
        mart_receipts.athlete_id = $athlete_id
        and mart_receipts.observation_count > 0
        and ($subject_kind = '' or coalesce(mart_receipts.observation_kind, $subject_kind) = $subject_kind)
)

select
    purpose,
    count(*) filter (where e_it_q50 is null) as unknown_count,
    sum(cpu_s * share) as cpu_s,
    sum(e_it_q05 * share) as e_it_q05,
    sum(e_it_q50 * share) as e_it_q50,
    sum(e_it_q95 * share) as e_it_q95,
    bool_and(evidence = 'measured_counter') filter (where e_it_q50 is not null) as is_measured
from borne
group by purpose
order by purpose;
