-- INKAR 2024, theme economy, with the ready aggregate of the Rheinisches Revier.
-- One row per official area key, measure and year.
create or replace table stg_inkar as
select
    geo                         as area_key,
    geo_level                   as area_level,
    measure,
    classification,
    cast(period as integer)     as year,
    value,
    unit,
    status,
    flag,
    cell_name(source, file_sha256, row) as cell
from observations
where source = 'inkar-2024';
