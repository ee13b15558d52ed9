-- Verified emissions by class and district. The register is complete: a district without an installation has none.
-- One row per district, class (and their total) and year.
create or replace table mart_ets_by_district as
with grid as (
    select district, class, year
    from (select distinct district_2023 as district from stg_territory where kind = 'identity')
    cross join (select unnest(['industry', 'energy', 'other', 'unclassified', 'total']) as class)
    cross join (select distinct year from stg_site_emissions)
),
reported as (
    select district, unnest([class, 'total']) as class, year, emissions_t_co2e, cell
    from mart_site_emissions
    where status in ('ok', 'zero')
)
select
    grid.district,
    'ets_emissions_t_co2e'                                              as measure,
    grid.class                                                          as branch,
    grid.year,
    coalesce(sum(reported.emissions_t_co2e), 0)                         as value,
    case when coalesce(sum(reported.emissions_t_co2e), 0) = 0 then 'zero' else 'ok' end as status,
    coalesce(list_sort(list(reported.cell) filter (reported.cell is not null)), []) as cells
from grid
left join reported using (district, class, year)
group by all;
