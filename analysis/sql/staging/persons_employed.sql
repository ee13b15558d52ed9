-- Persons employed (Erwerbstätige, annual average, national accounts), nama_10r_3empers.
-- One row per official area key, branch and year. C lies inside B-E.
create or replace table stg_persons_employed as
select
    geo                         as area_key,
    geo_level                   as area_level,
    branch,
    classification,
    cast(period as integer)     as year,
    cast(value as bigint)       as persons_employed,
    status,
    flag,
    cell_name(source, file_sha256, row) as cell
from observations
where source = 'eurostat-nama-10r-3empers';
