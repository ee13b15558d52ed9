-- Employees in total, 30 June, 13111-01-03-4: the longer series without branches.
-- One row per official area key and year.
create or replace table stg_employees_total as
select
    geo                         as area_key,
    geo_level                   as area_level,
    classification,
    cast(period as integer)     as year,
    cast(value as bigint)       as employees,
    status,
    flag,
    cell_name(source, file_sha256, row) as cell
from observations
where source = 'regionalstatistik-13111-01-03-4' and measure = 'employees_total';
