-- Figures of regions: sums over their districts for what adds up, and the published figures of Germany and the Länder.
-- One row per region, measure, branch and year. A region is known only if each of its districts is.
create or replace table mart_region_figures as
with expected as (
    select region, count(*) as districts from region_districts group by region
),
sums as (
    select
        members.region, figures.measure, figures.branch, figures.year,
        sum(figures.value)                                  as total,
        count(*)                                            as present,
        sum_status(list(figures.status))                    as status,
        string_agg(distinct figures.flag, ' ')              as flag,
        list_sort(flatten(list(figures.cells)))             as cells,
        any_value(measures.aggregation)                     as aggregation
    from mart_district_figures figures
    join region_districts members using (district)
    join measures using (measure)
    group by all
),
complete as (
    select
        sums.* exclude (status, aggregation),
        expected.districts,
        case
            when present < districts then 'not_available'
            when districts > 1 and aggregation <> 'additive' then 'not_applicable'
            else status
        end as status
    from sums join expected using (region)
),
published as (
    select
        areas.region, figures.measure, figures.branch, figures.year, figures.value, figures.status, figures.flag,
        figures.cells
    from mart_area_figures figures
    join reference_areas areas using (area_key)
),
emissions as (
    select
        areas.region, 'ets_emissions_t_co2e' as measure, parts.class as branch, parts.year,
        sum(parts.emissions_t_co2e) as value, 'ok' as status, null as flag, [] as cells
    from (
        select district, unnest([class, 'total']) as class, year, emissions_t_co2e
        from mart_site_emissions where status in ('ok', 'zero')
    ) parts
    join reference_areas areas on areas.area_key = 'DG' or areas.area_key = left(parts.district, 2)
    group by all
)
select
    region, measure, branch, year, case when status in ('ok', 'zero') then total end as value, status, flag, cells
from complete
where not (status = 'not_applicable')
union all
select region, measure, branch, year, value, status, flag, cells from published
union all
select region, measure, branch, year, value, status, flag, cells from emissions;
