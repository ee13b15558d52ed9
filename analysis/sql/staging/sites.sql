-- Stationary installations in the EU emissions trading system, placed in a district. One row per installation.
create or replace table stg_sites as
select
    site_id, name, city, nace, class, district,
    cast(lat as double) as lat,
    cast(lon as double) as lon,
    cell
from raw_sites;
