-- Figures of the named regions and districts. One row per region (id or AGS), measure, branch and year.
select region, measure, branch, year, value, status, coalesce(flag, '') as flag, cells
from mart_region_figures
where list_contains($ids, region) and year <= $year
union all
select district, measure, branch, year, value, status, coalesce(flag, ''), cells
from mart_district_figures
where list_contains($ags, district) and not list_contains($ids, district) and year <= $year
order by all;
