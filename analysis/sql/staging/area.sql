-- Area in square kilometres. One row per district of the territory of 2018 and year of the list.
create or replace table stg_area as
select
    geo                         as area_key,
    geo_level                   as area_level,
    classification,
    cast(left(period, 4) as integer) as year,
    value                       as area_km2,
    status,
    flag,
    cell_name(source, file_sha256, row) as cell
from observations
where source = 'destatis-kreise' and measure = 'area_km2';
