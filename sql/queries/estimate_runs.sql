-- One row per run: what the squad's race times are estimated from. A best effort is its time (s), null where the run
-- holds none that is usable; the columns any_ hold the values that are not usable too; is_usable is false where the run holds one and none of them is.
with squad_observations as (
    select observations.*
    from observations
    inner join athletes on observations.athlete_id = athletes.athlete_id
    where athletes.squad = $squad and observations.subject_kind = 'activity'
),

bests as (
    select
        subject_id,
        max(observed_value) filter (where metric = 'best_1_km' and verdict = 'usable') as best_1_km,
        5 * max(observed_value) filter (where metric = 'best_5_km' and verdict = 'usable') as best_5_km,
        10 * max(observed_value) filter (where metric = 'best_10_km' and verdict = 'usable') as best_10_km,
        max(observed_value) filter (where metric = 'best_1_km') as any_best_1_km,
        5 * max(observed_value) filter (where metric = 'best_5_km') as any_best_5_km,
        10 * max(observed_value) filter (where metric = 'best_10_km') as any_best_10_km,
        bool_or(verdict = 'usable') as is_usable
    from squad_observations
    where metric in ('best_1_km', 'best_5_km', 'best_10_km')
    group by subject_id
),

runs as (
    select
        athlete_id,
        observed_date as day_date,
        subject_id as activity_id,
        max(observed_value) filter (where metric = 'distance' and verdict = 'usable') as distance_m,
        max(observed_value) filter (where metric = 'moving_time' and grade <> 'unusable') as moving_time_s,
        max(observed_value) filter (where metric = 'mean_heart_rate' and verdict = 'usable') as mean_heart_rate_bpm,
        max(observed_value) filter (where metric = 'distance') as any_distance_m,
        max(observed_value) filter (where metric = 'moving_time') as any_moving_time_s,
        max(observed_value) filter (where metric = 'mean_heart_rate') as any_mean_heart_rate_bpm
    from squad_observations
    group by all
)

select
    runs.athlete_id,
    runs.day_date,
    runs.activity_id,
    runs.distance_m,
    runs.moving_time_s,
    runs.mean_heart_rate_bpm,
    bests.best_1_km,
    bests.best_5_km,
    bests.best_10_km,
    runs.any_distance_m,
    runs.any_moving_time_s,
    runs.any_mean_heart_rate_bpm,
    bests.any_best_1_km,
    bests.any_best_5_km,
    bests.any_best_10_km,
    bests.is_usable
from runs
inner join bests on runs.activity_id = bests.subject_id
order by runs.athlete_id, runs.day_date, runs.activity_id;
