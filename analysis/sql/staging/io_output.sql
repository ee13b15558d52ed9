-- Output of each branch, Germany, WIOD 2016, million US dollars. One row per branch.
create or replace table stg_io_output as
select branch, label, cast(year as integer) as year, cast(output_musd as double) as output_musd,
       cast(value_added_musd as double) as value_added_musd, cell
from raw_io_output;
