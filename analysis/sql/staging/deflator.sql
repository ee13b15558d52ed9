-- National gross value added, current prices and chained volumes of 2020, 81000-0001.
-- One row per measure and year.
create or replace table stg_deflator as
select
    measure,
    cast(period as integer)     as year,
    value                       as gva_bn_eur,
    status,
    flag,
    cell_name(source, file_sha256, row) as cell
from observations
where source = 'destatis-81000-0001';
