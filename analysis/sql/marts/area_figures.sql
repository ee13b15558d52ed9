-- Everything staged, in one long form and still on the keys of its publisher.
-- One row per area key, measure, branch and year. A declared break turns the rows of one classification into a measure
-- of their own, so that nothing is joined across it.
create or replace table mart_area_figures as
with staged as (
    select area_key, area_level, 'employees' as measure, branch, classification, year,
           cast(employees as double) as value, status, flag, [cell] as cells
    from stg_employees_by_branch
    union all
    select area_key, area_level, 'employees_total', 'total', classification, year, employees, status, flag, [cell]
    from stg_employees_total
    union all
    select area_key, area_level, measure, branch, classification, year, value, status, flag, cells
    from stg_national_accounts
    union all
    select area_key, area_level, 'persons_employed', branch, classification, year, persons_employed, status, flag, [cell]
    from stg_persons_employed
    union all
    select area_key, area_level, 'population', 'total', classification, year, population, status, flag, [cell]
    from stg_population
    union all
    select area_key, area_level, 'area_km2', 'total', classification, year, area_km2, status, flag, [cell]
    from stg_area
    union all
    select area_key, area_level, 'industrial_land_ha', 'total', classification, year, industrial_land_ha, status, flag,
           [cell]
    from stg_industrial_land
    union all
    select area_key, 'district', measure, sector, classification, year, emissions_kt_co2, status, flag, [cell]
    from stg_city_co2
    union all
    select area_key, area_level, measure, 'total', classification, year, value, status, flag, [cell]
    from stg_inkar
)
select area_key, area_level, coalesce(breaks.becomes, staged.measure) as measure, branch, classification, year, value,
       status, flag, cells
from staged
left join classification_breaks breaks using (measure, classification);
