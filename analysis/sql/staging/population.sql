-- Population on 31 December. From 2015 on 12411-0018; 2011 to 2014, after the census of 2011, DemandRegio.
-- One row per official area key and year; the two series do not overlap.
create or replace table stg_population as
select
    geo                         as area_key,
    geo_level                   as area_level,
    classification,
    cast(period as integer)     as year,
    cast(value as bigint)       as population,
    status,
    flag,
    source,
    cell_name(source, file_sha256, row) as cell
from observations
where measure = 'population'
  and (source = 'destatis-12411-0018'
       or (source = 'demandregio-population' and cast(period as integer) between 2011 and 2014));
