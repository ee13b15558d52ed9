-- Installations of the named districts. One row per installation and year.
select site_id, name, city, nace, class, district, lat, lon, year, emissions_t_co2e, status, cell
from mart_site_emissions
where list_contains($ags, district) and year <= $year
order by all;
