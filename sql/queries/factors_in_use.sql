-- The version of the factors in use and the number of its loading.
select
    factors_version,
    load_index
from factors
order by load_index desc
limit 1;
