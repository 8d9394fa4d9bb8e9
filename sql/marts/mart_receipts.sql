-- one row per ledger entry, athlete and kind of subject it worked on, and one for the part no athlete accounts for
create or replace view mart_receipts as
with recursive outward as (
    select
        entry_id,
        parent_entry_id,
        entry_id as outer_entry_id,
        0 as depth
    from ledger_entries
    union all
    select
        outward.entry_id,
        ledger_entries.parent_entry_id,
        ledger_entries.entry_id as outer_entry_id,
        outward.depth + 1 as depth
    from outward
    inner join ledger_entries on outward.parent_entry_id = ledger_entries.entry_id
),

shared_entries as (
    select distinct entry_id
    from step_shares
),

-- A step without shares of its own, such as one model job, is shared like the step it ran inside.
sharing as (
    select
        outward.entry_id,
        arg_min(outward.outer_entry_id, outward.depth) as sharing_entry_id
    from outward
    inner join shared_entries on outward.outer_entry_id = shared_entries.entry_id
    group by outward.entry_id
),

shared as (
    select
        sharing.entry_id,
        step_shares.athlete_id,
        step_shares.subject_kind,
        step_shares.subject_count,
        step_shares.share_fraction
    from sharing
    inner join step_shares on sharing.sharing_entry_id = step_shares.entry_id
),

accounted as (
    select
        entry_id,
        sum(share_fraction) as share_fraction
    from shared
    group by entry_id
),

lines as (
    select * from shared
    union all
    select
        stg_ledger.entry_id,
        null as athlete_id,
        null as subject_kind,
        null as subject_count,
        1 - coalesce(accounted.share_fraction, 0) as share_fraction
    from stg_ledger
    left join accounted on stg_ledger.entry_id = accounted.entry_id
    where coalesce(accounted.share_fraction, 0) < 1 - 1e-9
),

-- A job that was not run has nothing to share.
began as (
    select *
    from stg_ledger
    where status <> 'not_run'
),

of_athlete as (
    select
        athlete_id,
        count(*) as observation_count
    from observations
    group by athlete_id
),

of_kind as (
    select
        athlete_id,
        subject_kind,
        count(*) as observation_count
    from observations
    group by athlete_id, subject_kind
),

receipts as (
    select
        began.run_id,
        lines.entry_id,
        began.step_key,
        began.purpose,
        began.partition,
        began.started_at_utc,
        lines.athlete_id,
        lines.subject_kind,
        case
            when lines.athlete_id is not null then 'athlete'
            when began.step_key in ('overhead', 'ending') then 'overhead'
            else 'not attributed'
        end as line,
        lines.subject_count,
        lines.share_fraction,
        case when of_kind.observation_count is not null then lines.subject_kind end as observation_kind,
        coalesce(of_kind.observation_count, of_athlete.observation_count) as observation_count,
        began.own_cpu_s * lines.share_fraction as cpu_s,
        began.energy_q05_j * lines.share_fraction as e_it_q05,
        began.energy_q50_j * lines.share_fraction as e_it_q50,
        began.energy_q95_j * lines.share_fraction as e_it_q95,
        began.evidence,
        began.is_simulated
    from lines
    inner join began on lines.entry_id = began.entry_id
    left join of_athlete on lines.athlete_id = of_athlete.athlete_id
    left join of_kind on lines.athlete_id = of_kind.athlete_id and lines.subject_kind = of_kind.subject_kind
)

select * from receipts;
comment on view mart_receipts is 'One row per ledger entry, athlete and kind of subject it worked on, and one for the part no athlete accounts for. The rows of an entry add up to its own share.';
comment on column mart_receipts.run_id is 'Run.';
comment on column mart_receipts.entry_id is 'Ledger entry.';
comment on column mart_receipts.step_key is 'Step, as the orchestrator names it; for a model job model:task.';
comment on column mart_receipts.purpose is 'What the cost was for.';
comment on column mart_receipts.partition is 'Squad worked on; empty text when none.';
comment on column mart_receipts.started_at_utc is 'Start of the step (UTC).';
comment on column mart_receipts.athlete_id is 'Athlete billed; null for the part no athlete accounts for.';
comment on column mart_receipts.subject_kind is 'Kind of subject the step worked on; null for that part.';
comment on column mart_receipts.line is 'athlete; overhead: of the program outside every step; not attributed: of a step that nobody can be billed for.';
comment on column mart_receipts.subject_count is 'Number of those subjects; null for that part.';
comment on column mart_receipts.share_fraction is 'Share of the step (fraction): by size of files, else by number of subjects; an inner step is shared like the one around it.';
comment on column mart_receipts.observation_kind is 'Kind of subject whose observations bear the row, an even share each; null when all of the athlete''s do.';
comment on column mart_receipts.observation_count is 'Number of observations that bear the row; null when there is none.';
comment on column mart_receipts.cpu_s is 'CPU time (s) billed; null when that of the step is not known.';
comment on column mart_receipts.e_it_q05 is 'Energy billed (J), processor only, lower end of the 90 % interval.';
comment on column mart_receipts.e_it_q50 is 'Energy billed (J), processor only, middle.';
comment on column mart_receipts.e_it_q95 is 'Energy billed (J), processor only, upper end.';
comment on column mart_receipts.evidence is 'measured_counter, estimated_cpu_time or not_assessed: how the energy is known.';
comment on column mart_receipts.is_simulated is 'True when the work was on simulated athletes.';
