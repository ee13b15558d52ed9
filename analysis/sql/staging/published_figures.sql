-- Figures that others printed, kept as quotations. One row per figure.
create or replace table stg_published_figures as
select id, region, indicator, cast(value as double) as value, unit, ref_year, source as origin, note_de, cell
from raw_published;
