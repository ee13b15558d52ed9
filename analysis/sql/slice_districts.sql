-- What a place among all districts needs: employment of industry of the newest year; for the comparison also
-- population, productivity's parts and emissions. One row per district, measure, branch and year.
with wanted as (
    select 'employees' as measure, unnest(['total', 'B-E']) as branch, false as wide
    union all select 'population', 'total', true
    union all select 'gdp_thousand_eur', 'total', true
    union all select 'persons_employed_derived', 'total', true
    union all select 'gva_thousand_eur', unnest(['total', 'B-E']), true
    union all select 'ets_emissions_t_co2e', 'total', true
),
newest as (
    select measure, branch, max(year) as year
    from mart_district_figures
    where year <= $year and value is not null
    group by all
)
select figures.district, names.name, figures.measure, figures.branch, figures.year, figures.value, figures.status
from mart_district_figures figures
join wanted using (measure, branch)
join newest using (measure, branch, year)
join stg_districts names on names.ags = figures.district
where $wide or not wanted.wide
order by all;
