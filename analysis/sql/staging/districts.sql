-- The districts of the territory of 2023 with their boundaries. One row per district.
create or replace table stg_districts as
select ags, trim(split_part(name, ',', 1)) as name, kind, nuts3, geometry
from raw_boundaries;
