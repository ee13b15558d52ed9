-- Employees subject to social insurance at their place of work, 30 June, 13111-07-05-4.
-- One row per official area key, branch and year. Branches overlap (C in B-E in B-F): never add all rows.
create or replace table stg_employees_by_branch as
select
    geo                         as area_key,
    geo_level                   as area_level,
    branch,
    classification,
    cast(period as integer)     as year,
    cast(value as bigint)       as employees,
    status,
    flag,
    cell_name(source, file_sha256, row) as cell
from observations
where source = 'regionalstatistik-13111-07-05-4' and measure = 'employees';
