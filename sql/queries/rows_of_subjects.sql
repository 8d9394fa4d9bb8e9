-- one row per queued subject, with how many records or beats it has; 0 for an athlete
select
    queued.subject_kind,
    queued.subject_id,
    queued.athlete_id,
    coalesce(activities.record_count, beat_series.interval_count, 0)::bigint as row_count
from queued
left join activities on queued.subject_kind = 'activity' and queued.subject_id = activities.activity_id
left join beat_series on queued.subject_kind = 'beat_series' and queued.subject_id = beat_series.series_id
order by queued.athlete_id, queued.subject_kind, queued.subject_id;
