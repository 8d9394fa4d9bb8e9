-- one row per device that no stored row names
with named as (
    select device_id from activities
    union
    select device_id from beat_series
    union
    select device_id from nights
    union
    select device_id from daily_values
    union
    select device_id from hrv_epochs
    union
    select device_id from heart_rates
)

select device_id
from devices
where
    device_id not in (
        select named.device_id from named
        where named.device_id is not null
    )
order by device_id;
