-- one row per date of evaluation, squad, model and task: what the verdict on a rung was
create or replace view mart_verdict_history as
with history as (
    select
        evaluation_date,
        squad,
        model,
        task,
        model_version,
        against,
        gain_fraction,
        gain_lower_fraction,
        gain_upper_fraction,
        adjusted_p_value,
        night_count,
        is_simulated,
        verdict
    from verdict_history
)

select * from history;
comment on view mart_verdict_history is 'One row per date of evaluation, squad, model and task: what the verdict on a rung was.';
comment on column mart_verdict_history.evaluation_date is 'UTC date of the run that evaluated; of several on one date the last.';
comment on column mart_verdict_history.squad is 'Squad whose athletes it saw.';
comment on column mart_verdict_history.model is 'Name of the rung.';
comment on column mart_verdict_history.task is 'What it estimates.';
comment on column mart_verdict_history.model_version is 'Version of the model.';
comment on column mart_verdict_history.against is 'What it was held against, by name.';
comment on column mart_verdict_history.gain_fraction is 'Gain over that in mean absolute error (fraction); null when no night could be compared.';
comment on column mart_verdict_history.gain_lower_fraction is 'Lower end of its 90 % interval (fraction).';
comment on column mart_verdict_history.gain_upper_fraction is 'Upper end of its 90 % interval (fraction).';
comment on column mart_verdict_history.adjusted_p_value is 'Share of draws without a gain worth having, after Holm (fraction).';
comment on column mart_verdict_history.night_count is 'Number of nights, or races, compared.';
comment on column mart_verdict_history.is_simulated is 'True when any of the athletes is simulated.';
comment on column mart_verdict_history.verdict is 'worth it, not worth it, undecided, not evaluated on real athletes, or looks ahead.';
