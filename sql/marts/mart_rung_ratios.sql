-- one row per pair of rungs that did the same task on the same input, on the same machine by the same meter: how many
-- times the CPU time of the cheaper one the dearer one took. The error of watts and of bands is the same for both, so it
-- cancels: the ratio of their energies is this one, and far surer than either energy.
create or replace view mart_rung_ratios as
with limits as (
    select 0.1 as stated_fraction -- ratios of single runs on our machine, three repeats each, kept within a tenth
),

attempts as (
    select
        partition as squad,
        split_part(step_key, ':', 2) as task,
        input_fingerprint,
        coalesce(cpu_model, '') as cpu_model,
        machine_thread_count,
        thread_count,
        method,
        rung,
        own_cpu_s
    from stg_ledger
    where rung is not null and input_fingerprint is not null and status = 'ok' and own_cpu_s > 0
),

rungs as (
    select
        squad,
        task,
        input_fingerprint,
        cpu_model,
        machine_thread_count,
        thread_count,
        method,
        rung,
        count(*) as repeat_count,
        avg(own_cpu_s) as cpu_s,
        min(own_cpu_s) as least_cpu_s,
        max(own_cpu_s) as most_cpu_s
    from attempts
    group by all
),

pairs as (
    select
        dear.squad,
        dear.task,
        dear.input_fingerprint,
        dear.cpu_model,
        dear.machine_thread_count,
        dear.thread_count,
        dear.method,
        dear.rung,
        cheap.rung as cheaper_rung,
        dear.repeat_count,
        cheap.repeat_count as cheaper_repeat_count,
        dear.cpu_s,
        cheap.cpu_s as cheaper_cpu_s,
        dear.cpu_s / cheap.cpu_s as ratio,
        least(dear.repeat_count, cheap.repeat_count) >= 2 as is_repeated,
        dear.least_cpu_s / cheap.most_cpu_s as least_ratio,
        dear.most_cpu_s / cheap.least_cpu_s as most_ratio
    from rungs as dear
    inner join rungs as cheap
        on
            dear.squad = cheap.squad
            and dear.task = cheap.task
            and dear.input_fingerprint = cheap.input_fingerprint
            and dear.cpu_model = cheap.cpu_model
            and dear.machine_thread_count = cheap.machine_thread_count
            and dear.thread_count = cheap.thread_count
            and dear.method = cheap.method
            and (dear.cpu_s, dear.rung) > (cheap.cpu_s, cheap.rung)
),

bounded as (
    select
        pairs.squad,
        pairs.task,
        pairs.input_fingerprint,
        pairs.cpu_model,
        pairs.rung,
        pairs.cheaper_rung,
        pairs.repeat_count,
        pairs.cheaper_repeat_count,
        pairs.cpu_s,
        pairs.cheaper_cpu_s,
        pairs.ratio,
        case when pairs.is_repeated then pairs.least_ratio else pairs.ratio * (1 - limits.stated_fraction) end as ratio_lower,
        case when pairs.is_repeated then pairs.most_ratio else pairs.ratio * (1 + limits.stated_fraction) end as ratio_upper,
        case when pairs.is_repeated then 'repeats' else 'stated' end as interval_from,
        case
            when pairs.is_repeated
                then 1 - 2 * exp(
                    lgamma(pairs.repeat_count + 1) + lgamma(pairs.cheaper_repeat_count + 1)
                    - lgamma(pairs.repeat_count + pairs.cheaper_repeat_count + 1)
                )
        end as interval_fraction
    from pairs
    cross join limits
)

select * from bounded;
comment on view mart_rung_ratios is 'One row per pair of rungs with the same task, input, machine and meter: how many times the CPU time of the cheaper one the dearer one took.';
comment on column mart_rung_ratios.squad is 'Squad worked on.';
comment on column mart_rung_ratios.task is 'Task both did.';
comment on column mart_rung_ratios.input_fingerprint is 'Hash of what both were given.';
comment on column mart_rung_ratios.cpu_model is 'CPU both ran on, as the operating system names it; empty text when not known.';
comment on column mart_rung_ratios.rung is 'The dearer rung.';
comment on column mart_rung_ratios.cheaper_rung is 'The cheaper rung; rivals are all naive ones together.';
comment on column mart_rung_ratios.repeat_count is 'Number of times the dearer one was metered.';
comment on column mart_rung_ratios.cheaper_repeat_count is 'Number of times the cheaper one was metered.';
comment on column mart_rung_ratios.cpu_s is 'CPU time (s) of the dearer one, mean of its repeats.';
comment on column mart_rung_ratios.cheaper_cpu_s is 'CPU time (s) of the cheaper one, mean of its repeats.';
comment on column mart_rung_ratios.ratio is 'The first over the second; also the ratio of their energies, since the error of watts and bands is in both.';
comment on column mart_rung_ratios.ratio_lower is 'Lower end: least of the dearer over most of the cheaper when both were repeated, else a tenth below.';
comment on column mart_rung_ratios.ratio_upper is 'Upper end: most of the dearer over least of the cheaper when both were repeated, else a tenth above.';
comment on column mart_rung_ratios.interval_from is 'repeats: seen; stated: a tenth either way, as ratios of single runs moved on our machine.';
comment on column mart_rung_ratios.interval_fraction is 'Chance (fraction) that the extremes enclose the true ratio: 0.67 for 2 and 2 repeats, 0.9 for 3 and 3; doi:10.1214/aoms/1177704172.';
