-- One row per athlete, kind of subject and purpose of cost: what one observation of that kind bears of the receipts so
-- far, and how it is known.
with kinds as (
    select distinct
        athlete_id,
        subject_kind
    from mart_observations
)

select
    kinds.athlete_id,
    kinds.subject_kind,
    mart_receipts.purpose,
    count(*) filter (where mart_receipts.e_it_q50 is null) as unknown_count,
    sum(mart_receipts.cpu_s / mart_receipts.observation_count) as cpu_s,
    sum(mart_receipts.e_it_q05 / mart_receipts.observation_count) as e_it_q05,
    sum(mart_receipts.e_it_q50 / mart_receipts.observation_count) as e_it_q50,
    sum(mart_receipts.e_it_q95 / mart_receipts.observation_count) as e_it_q95,
    bool_and(mart_receipts.evidence = 'measured_counter') filter (where mart_receipts.e_it_q50 is not null) as is_measured
from mart_receipts
inner join kinds
    on
        mart_receipts.athlete_id = kinds.athlete_id
        and coalesce(mart_receipts.observation_kind, kinds.subject_kind) = kinds.subject_kind
where mart_receipts.observation_count > 0
group by kinds.athlete_id, kinds.subject_kind, mart_receipts.purpose
order by kinds.athlete_id, kinds.subject_kind, mart_receipts.purpose;
