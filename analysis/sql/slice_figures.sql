-- Figures of the named regions and districts up to the edition's year; what a city plans lies beyond it.
-- One row per region (id or AGS), measure, branch and year.
select region, measure, branch, year, value, status, coalesce(flag, '') as flag, cells
from mart_region_figures
where list_contains($ids, region) and (year <= $year or measure = 'city_co2_planned_kt')
union all
select district, measure, branch, year, value, status, coalesce(flag, ''), cells
from mart_district_figures
where list_contains($ags, district) and not list_contains($ids, district) and (year <= $year or measure = 'city_co2_planned_kt')
order by all;
