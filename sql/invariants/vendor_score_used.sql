-- Vendor scores are stored and never used.
select *
from observations
where starts_with(method, 'vendor_score');
