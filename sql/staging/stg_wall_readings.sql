-- one row per reading of a meter at the wall, with the run it is of where it is of one, and why not where it is not
create or replace view stg_wall_readings as
with limits as (
    select
        0.9 as least_filled_fraction, -- our own limit: with a tenth of the time beside the run, rest matters
        0.2 as largest_foreign_fraction -- the limit of the energy counter, for the same reason
),

readings as (
    select
        *,
        epoch(ended_at_utc - started_at_utc) as reading_s,
        energy_wh * 3600 as whole_j,
        energy_wh * 3600 - idle_w * epoch(ended_at_utc - started_at_utc) as above_idle_j
    from wall_readings
),

runs as (
    select
        stg_ledger.run_id,
        coalesce(any_value(run_log.started_at_utc), min(stg_ledger.started_at_utc)) as run_started_at_utc,
        greatest(max(run_log.ended_at_utc), max(coalesce(stg_ledger.ended_at_utc, stg_ledger.started_at_utc))) as run_ended_at_utc,
        sum(stg_ledger.own_cpu_s) as cpu_s,
        sum(stg_ledger.foreign_cpu_s) filter (where stg_ledger.parent_entry_id is null) as foreign_cpu_s,
        sum(stg_ledger.energy_q05_j) as e_it_q05,
        sum(stg_ledger.energy_q50_j) as e_it_q50,
        sum(stg_ledger.energy_q95_j) as e_it_q95
    from stg_ledger
    left join run_log on stg_ledger.run_id = run_log.run_id
    group by stg_ledger.run_id
),

touched as (
    select
        readings.reading_id,
        count(runs.run_id) as run_count,
        any_value(runs.run_id) as run_id
    from readings
    left join runs
        on readings.started_at_utc < runs.run_ended_at_utc and readings.ended_at_utc > runs.run_started_at_utc
    group by readings.reading_id
),

judged as (
    select
        readings.*,
        touched.run_count,
        runs.run_id as touched_run_id,
        runs.e_it_q50,
        case
            when touched.run_count = 0 then []
            when touched.run_count > 1 then ['reading_shared']
            else
                list_concat(
                    case
                        when
                            readings.started_at_utc > runs.run_started_at_utc or readings.ended_at_utc < runs.run_ended_at_utc
                            then ['reading_partial']
                        else []
                    end,
                    case
                        when
                            readings.idle_w is null
                            and epoch(runs.run_ended_at_utc - runs.run_started_at_utc)
                            < limits.least_filled_fraction * readings.reading_s
                            then ['reading_too_long']
                        else []
                    end,
                    case when readings.above_idle_j <= 0 then ['reading_below_idle'] else [] end,
                    case
                        when runs.foreign_cpu_s > limits.largest_foreign_fraction * (runs.cpu_s + runs.foreign_cpu_s)
                            then ['busy_neighbours']
                        else []
                    end
                )
        end as doubts
    from readings
    cross join limits
    left join touched on readings.reading_id = touched.reading_id
    left join runs on touched.run_count = 1 and touched.run_id = runs.run_id
),

told as (
    select
        reading_id,
        started_at_utc,
        ended_at_utc,
        energy_wh,
        accuracy_fraction,
        idle_w,
        meter,
        source_name,
        entered_at_utc,
        run_count,
        case when run_count = 1 and len(doubts) = 0 then touched_run_id end as run_id,
        case when idle_w is null then 'whole_machine' else 'above_idle' end as scope,
        case when run_count = 1 and len(doubts) = 0 then coalesce(above_idle_j, whole_j) end as energy_j,
        case when run_count = 1 and len(doubts) = 0 then above_idle_j / nullif(e_it_q50, 0) end as estimate_ratio,
        doubts
    from judged
)

select * from told;
comment on view stg_wall_readings is 'One row per reading of a meter at the wall, with the run it is of where it is of one, and why not where it is not.';
comment on column stg_wall_readings.reading_id is 'Hash of the reading.';
comment on column stg_wall_readings.started_at_utc is 'Start of what was metered (UTC).';
comment on column stg_wall_readings.ended_at_utc is 'End of it (UTC).';
comment on column stg_wall_readings.energy_wh is 'Energy of the whole machine in that time (Wh).';
comment on column stg_wall_readings.accuracy_fraction is 'Accuracy of the meter as entered (fraction of the reading, either way).';
comment on column stg_wall_readings.idle_w is 'Power of the machine with nothing to do, by the same meter (W); null when not known.';
comment on column stg_wall_readings.meter is 'What the meter is called; empty text when not said.';
comment on column stg_wall_readings.source_name is 'File it was entered from.';
comment on column stg_wall_readings.entered_at_utc is 'When it was entered (UTC).';
comment on column stg_wall_readings.run_count is 'Number of runs that overlap it.';
comment on column stg_wall_readings.run_id is 'The run it is of: the only one that overlaps it, covered from start to end, with no doubt; else null.';
comment on column stg_wall_readings.scope is 'above_idle: less what the machine draws at rest; whole_machine: with it, since that power was not given.';
comment on column stg_wall_readings.energy_j is 'Energy of that run at the wall (J), in that scope; null when it is of no run.';
comment on column stg_wall_readings.estimate_ratio is 'That over the middle of the estimate from the ledger (ratio); null when idle power was not given, since the two are then of different things.';
comment on column stg_wall_readings.doubts is 'Why it is of no run, by name; empty when nothing speaks against it.';
