-- District keys that carry a figure in a year in which the territory table does not place them.
-- One row per source table and key.
with placed as (
    select figures.measure, figures.area_key, figures.year
    from (
        select 'employees' as measure, area_key, area_level, year, status from stg_employees_by_branch
        union select 'employees_total', area_key, area_level, year, status from stg_employees_total
        union select measure, area_key, area_level, year, status from stg_national_accounts
        union select 'persons_employed', area_key, area_level, year, status from stg_persons_employed
        union select 'population', area_key, area_level, year, status from stg_population
        union select 'area_km2', area_key, area_level, year, status from stg_area
        union select 'industrial_land_ha', area_key, area_level, year, status from stg_industrial_land
        union select measure, area_key, area_level, year, status from stg_inkar
    ) figures
    left join stg_territory keys
      on keys.source_key = figures.area_key and figures.year between keys.valid_from and keys.valid_to
    where figures.area_level = 'district'
      and figures.status <> 'not_applicable'
      and keys.source_key is null
)
select measure, area_key, min(year) as first_year, max(year) as last_year
from placed
group by all
order by all;
