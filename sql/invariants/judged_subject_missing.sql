-- Whatever was judged or observed is still there; days have no row of their own and are made anew with the athlete.
with subjects as (
    select
        'activity' as subject_kind,
        activity_id as subject_id
    from activities
    union all
    select
        'beat_series' as subject_kind,
        series_id as subject_id
    from beat_series
    union all
    select
        'night' as subject_kind,
        night_id as subject_id
    from nights
),

judged as (
    select
        'flags' as stored_in,
        subject_kind,
        subject_id
    from flags
    union all
    select
        'check_outcomes' as stored_in,
        subject_kind,
        subject_id
    from check_outcomes
    union all
    select
        'facts' as stored_in,
        subject_kind,
        subject_id
    from facts
    union all
    select
        'verdicts' as stored_in,
        subject_kind,
        subject_id
    from verdicts
    union all
    select
        'observations' as stored_in,
        subject_kind,
        subject_id
    from observations
)

select judged.*
from judged
left join subjects on judged.subject_kind = subjects.subject_kind and judged.subject_id = subjects.subject_id
where judged.subject_kind <> 'daily_value' and subjects.subject_id is null;
