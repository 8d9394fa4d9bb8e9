-- Vendor scores are stored and never used: no observation rests on a value of one, whatever its method is called.
select *
from observations
where
    starts_with(method, 'vendor_score')
    or ends_with(metric, '_score')
    or (subject_kind = 'daily_value' and ends_with(split_part(subject_id, '|', 2), '_score'));
