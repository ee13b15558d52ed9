-- Verified emissions, tonnes of CO2 equivalent. One row per installation and year.
create or replace table stg_site_emissions as
select site_id, cast(year as integer) as year, cast(emissions_t_co2e as double) as emissions_t_co2e, status, cell
from raw_site_emissions;
