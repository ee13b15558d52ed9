-- Figures of regions: sums over their districts for what adds up, and the published figures of Germany and the Länder.
-- One row per region, measure, branch and year. A sum is known only if each of its districts is.
create or replace table mart_region_figures as
with members as (
    select region, district from region_districts
    union all
    select areas.region, keys.district_2023
    from reference_areas areas
    join stg_territory keys on keys.kind = 'identity'
     and (areas.area_key = 'DG' or areas.area_key = left(keys.district_2023, 2))
),
expected as (
    select region, count(*) as districts from members group by region
),
published as (
    select coalesce(areas.region, figures.area_key) as region, figures.measure, figures.branch, figures.year,
           figures.value, figures.status, figures.flag, figures.cells
    from mart_area_figures figures
    left join reference_areas areas using (area_key)
    where areas.region is not null or figures.area_level = 'region'
),
sums as (
    select
        members.region, figures.measure, figures.branch, figures.year,
        sum(figures.value order by figures.district)        as total,
        count(*)                                            as present,
        sum_status(list(figures.status))                    as status,
        sum_flags(list(figures.flag))                       as flag,
        list_sort(flatten(list(figures.cells)))             as cells,
        any_value(measures.aggregation)                     as aggregation
    from mart_district_figures figures
    join members using (district)
    join measures using (measure)
    group by all
),
complete as (
    select
        region, measure, branch, year, total, flag, cells, aggregation, districts,
        case when present < districts then 'not_available' else status end as status
    from sums join expected using (region)
    where districts = 1 or aggregation = 'additive'
)
select region, measure, branch, year, value, status, flag, cells from published
union all
select region, measure, branch, year, case when status in ('ok', 'zero') then total end, status, flag, cells
from complete
anti join published using (region, measure, branch, year);
