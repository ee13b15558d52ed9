-- Land of buildings for trade and industry, 33111-01-01-4, to 2015: the classification ends with the survey of 2016.
-- One row per official area key and year.
create or replace table stg_industrial_land as
select
    geo                         as area_key,
    geo_level                   as area_level,
    classification,
    cast(period as integer)     as year,
    value                       as industrial_land_ha,
    status,
    flag,
    cell_name(source, file_sha256, row) as cell
from observations
where source = 'regionalstatistik-33111-01-01-4' and measure = 'industrial_land_ha';
