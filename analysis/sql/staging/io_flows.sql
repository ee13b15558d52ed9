-- Domestic deliveries between branches, Germany, WIOD 2016, million US dollars.
-- One row per supplier and user.
create or replace table stg_io_flows as
select deliverer as supplier, receiver as "user", cast(year as integer) as year,
       cast(value_musd as double) as flow_musd, cell
from raw_io_flows;
