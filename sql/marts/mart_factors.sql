-- one row per factor of the version in use, with its source
create or replace view mart_factors as
with in_use as (
    select
        factors_version,
        kind,
        zone,
        quantity,
        q05,
        q50,
        q95,
        unit,
        valid_year,
        source
    from factors
    where load_index = (select max(newest.load_index) from factors as newest)
)

select * from in_use;
comment on view mart_factors is 'One row per factor of the version in use, with its source.';
comment on column mart_factors.factors_version is 'Version of the factors in use.';
comment on column mart_factors.kind is 'energy_per_cpu_second, grid, water, site, embodied, timing or language_model.';
comment on column mart_factors.zone is 'Country (ISO 3166-1 alpha-3), WOR for the world, source of the watts, publication, or empty text.';
comment on column mart_factors.quantity is 'What it is a factor for.';
comment on column mart_factors.q05 is 'Lower end of the 90 % interval, in the unit of the row; null when the source gives none.';
comment on column mart_factors.q50 is 'Middle, in the unit of the row.';
comment on column mart_factors.q95 is 'Upper end, in the unit of the row; null when the source gives none.';
comment on column mart_factors.unit is 'Unit.';
comment on column mart_factors.valid_year is 'Year the figure is for; null when not stated.';
comment on column mart_factors.source is 'Publication or file it is from, with its boundary.';
