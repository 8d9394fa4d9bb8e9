-- one row per squad of which a list was ever made
create or replace view mart_twin as
with counted as (
    select
        squad,
        min(night_date) as first_night_date,
        max(night_date) as last_night_date,
        count(distinct night_date)::integer as night_count,
        count(*)::integer as athlete_day_count,
        (count(*) filter (where len(stock_rules) > 0))::integer as stock_day_count,
        (count(*) filter (where len(ours) > 0))::integer as our_day_count,
        (count(*) filter (where differs))::integer as difference_count,
        (count(*) filter (where differs and len(ours) > 0))::integer as ours_said_count,
        (count(*) filter (where differs and len(ours) = 0))::integer as ours_silent_count
    from twin_days
    group by squad
),

-- The dearer layer is what judges and observes: everything that the stock rules can do without.
spent as (
    select
        partition as squad,
        sum(own_cpu_s) as cpu_s,
        sum(energy_q05_j) / 3600 as energy_q05_wh,
        sum(energy_q50_j) / 3600 as energy_q50_wh,
        sum(energy_q95_j) / 3600 as energy_q95_wh,
        (count(*) filter (where own_cpu_s is null or energy_q50_j is null))::integer as unknown_count
    from stg_ledger
    where purpose in ('judge', 'observe') and status <> 'not_run'
    group by partition
),

priced as (
    select
        counted.squad,
        counted.first_night_date,
        counted.last_night_date,
        counted.night_count,
        counted.athlete_day_count,
        counted.stock_day_count,
        counted.our_day_count,
        counted.difference_count,
        counted.ours_said_count,
        counted.ours_silent_count,
        spent.cpu_s,
        spent.energy_q05_wh,
        spent.energy_q50_wh,
        spent.energy_q95_wh,
        coalesce(spent.unknown_count, 0) as unknown_count,
        spent.cpu_s / nullif(counted.difference_count, 0) as cpu_per_difference_s,
        spent.energy_q05_wh / nullif(counted.difference_count, 0) as energy_per_difference_q05_wh,
        spent.energy_q50_wh / nullif(counted.difference_count, 0) as energy_per_difference_q50_wh,
        spent.energy_q95_wh / nullif(counted.difference_count, 0) as energy_per_difference_q95_wh
    from counted
    left join spent on counted.squad = spent.squad
)

select * from priced;
comment on view mart_twin is 'One row per squad: on how many athlete-days rules off the shelf would have said the same, and what each difference cost.';
comment on column mart_twin.squad is 'Squad.';
comment on column mart_twin.first_night_date is 'First local date of a list.';
comment on column mart_twin.last_night_date is 'Last local date of a list.';
comment on column mart_twin.night_count is 'Number of nights with a list.';
comment on column mart_twin.athlete_day_count is 'Number of athlete-days on which both were asked.';
comment on column mart_twin.stock_day_count is 'Athlete-days of these on which a rule off the shelf fired.';
comment on column mart_twin.our_day_count is 'Athlete-days of these on which the coach was shown a row.';
comment on column mart_twin.difference_count is 'Athlete-days of these on which the two said different things; 0 when they never did.';
comment on column mart_twin.ours_said_count is 'Differences on which the coach was shown a row.';
comment on column mart_twin.ours_silent_count is 'Differences on which a rule off the shelf fired and the coach was shown nothing.';
comment on column mart_twin.cpu_s is 'CPU time (s) of judging and observing this squad, all runs; null when none is on the ledger.';
comment on column mart_twin.energy_q05_wh is 'Energy (Wh) of that: lower end of the 90 % interval; null when not known.';
comment on column mart_twin.energy_q50_wh is 'Energy (Wh) of that: middle; null when not known.';
comment on column mart_twin.energy_q95_wh is 'Energy (Wh) of that: upper end of the 90 % interval; null when not known.';
comment on column mart_twin.unknown_count is 'Ledger entries of these whose cost is not known: the sums lack them.';
comment on column mart_twin.cpu_per_difference_s is 'CPU time (s) for each difference; null when there is none, so that no cost is bought for anything.';
comment on column mart_twin.energy_per_difference_q05_wh is 'Energy (Wh) for each difference: lower end of the 90 % interval; null when there is none.';
comment on column mart_twin.energy_per_difference_q50_wh is 'Energy (Wh) for each difference: middle; null when there is none.';
comment on column mart_twin.energy_per_difference_q95_wh is 'Energy (Wh) for each difference: upper end of the 90 % interval; null when there is none.';
