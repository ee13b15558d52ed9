-- CO2 balances that cities publish, by sector; planned values are a measure of their own.
-- One row per official area key, measure, sector and year.
create or replace table stg_city_co2 as
select
    geo                         as area_key,
    measure,
    branch                      as sector,
    classification,
    cast(period as integer)     as year,
    value                       as emissions_kt_co2,
    status,
    flag,
    source,
    cell_name(source, file_sha256, row) as cell
from observations
where source in ('klimawatch-duesseldorf', 'klimawatch-hamburg');
