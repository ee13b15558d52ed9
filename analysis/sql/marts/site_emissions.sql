-- Verified emissions of each stationary installation, with the district it stands in.
-- One row per installation and year.
create or replace table mart_site_emissions as
select
    sites.site_id,
    sites.name,
    sites.city,
    sites.nace,
    sites.class,
    sites.district,
    sites.lat,
    sites.lon,
    emissions.year,
    emissions.emissions_t_co2e,
    emissions.status,
    emissions.cell
from stg_sites sites
join stg_site_emissions emissions using (site_id);
