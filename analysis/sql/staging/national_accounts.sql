-- GDP and gross value added by branch, current prices, 82111-01-05-4 (vintage of August 2018).
-- One row per official area key, measure, branch and year. Persons employed are derived where the table gives
-- GDP per person employed: GDP over it, exact to the rounding of whole euros.
create or replace table stg_national_accounts as
with accounts as (
    select
        geo                         as area_key,
        geo_level                   as area_level,
        measure,
        branch,
        classification,
        cast(period as integer)     as year,
        value,
        status,
        flag,
        cell_name(source, file_sha256, row) as cell
    from observations
    where source = 'regionalstatistik-82111-01-05-4'
),
derived as (
    select
        gdp.area_key, gdp.area_level, 'persons_employed_derived' as measure, gdp.branch,
        gdp.classification, gdp.year,
        gdp.value * 1000 / nullif(per_person.value, 0) as value,
        case
            when gdp.value is null then gdp.status
            when per_person.value is null or per_person.value = 0 then 'not_available'
            else 'ok'
        end as status,
        sum_flags([gdp.flag, per_person.flag]) as flag,
        [gdp.cell, per_person.cell] as cells
    from accounts gdp
    join accounts per_person using (area_key, branch, classification, year)
    where gdp.measure = 'gdp_thousand_eur' and per_person.measure = 'gdp_per_person_employed_eur'
)
select area_key, area_level, measure, branch, classification, year, value, status, flag, [cell] as cells from accounts
union all
select area_key, area_level, measure, branch, classification, year, value, status, flag, cells from derived;
