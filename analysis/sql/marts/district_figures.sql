-- All figures of districts on the territory of 2023.
-- One row per district, measure, branch and year. Missing is never zero: a merged district is known only if every
-- part is. Measures that do not add up pass only where the district did not change.
-- Publishers calculate back: where a district of 2023 has a figure of its own, what it was made from is not added.
create or replace table mart_district_figures as
with moved as (
    select
        keys.district_2023 as district,
        keys.kind,
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
compared as (
    select
        *,
        bool_or(kind = 'identity' and status <> 'not_available') over same as has_own,
        bool_or(kind not in ('identity', 'joined')) over same          as has_parts
    from moved
    window same as (partition by district, measure, branch, year)
),
chosen as (
    select *
    from compared
    where kind = 'joined' or (kind = 'identity') = (has_own or not has_parts)
),
expected as (
    select district_2023 as district, count(*) as parts
    from stg_territory
    where kind in ('merged', 'reorganised')
    group by all
),
merged as (
    select
        district, measure, branch, year,
        sum(value order by area_key)                                            as total,
        count(*)                                                                as parts,
        count(*) filter (kind in ('merged', 'reorganised', 'second_key'))       as former,
        bool_and(kind = 'joined')                                               as only_joined,
        any_value(aggregation)                                                  as aggregation,
        sum_status(list(status))                                                as status,
        sum_flags(list(flag))                                                   as flag,
        list_sort(flatten(list(cells)))                                         as cells
    from chosen
    group by all
),
judged as (
    select
        merged.*,
        (merged.parts > 1 and aggregation <> 'additive') or only_joined or (former > 0 and former <> expected.parts) as unknown
    from merged
    left join expected using (district)
)
select
    district, measure, branch, year,
    case when status in ('ok', 'zero') and not unknown then total end as value,
    case when unknown then 'not_available' else status end as status,
    flag, cells
from judged
union all
select district, measure, branch, year, value, status, null as flag, cells
from mart_ets_by_district;
