-- All figures of districts on the territory of 2023.
-- One row per district, measure, branch and year. Missing is never zero: a merged district is known only if every
-- part is. Measures that do not add up pass only where the district did not change.
create or replace table mart_district_figures as
with moved as (
    select
        keys.district_2023 as district,
        figures.*,
        measures.aggregation
    from mart_area_figures figures
    join stg_territory keys
      on keys.source_key = figures.area_key
     and figures.year between keys.valid_from and keys.valid_to
    join measures using (measure)
    where keys.district_2023 is not null
      and figures.status <> 'not_applicable'
      and (figures.area_level in ('district', 'municipality') or keys.kind = 'city_state')
),
merged as (
    select
        district, measure, branch, year,
        sum(value)                              as total,
        count(*)                                as parts,
        any_value(aggregation)                  as aggregation,
        sum_status(list(status))                as status,
        string_agg(distinct flag, ' ')          as flag,
        list_sort(flatten(list(cells)))         as cells
    from moved
    group by all
)
select
    district, measure, branch, year,
    case when status in ('ok', 'zero') and (parts = 1 or aggregation = 'additive') then total end as value,
    case when parts > 1 and aggregation <> 'additive' then 'not_available' else status end as status,
    flag, cells
from merged
union all
select district, measure, branch, year, value, status, null as flag, cells
from mart_ets_by_district;
