"""Union Registry: verified emissions and free allocation by installation, the workbook of the European Commission.

`verified_emissions_YYYY_en.xlsx`: remarks, then a header row that begins with REGISTRY_CODE (row 22 in older files,
row 3 in the edition of 2025), then one row an installation and one column a year: ALLOCATION_y (ALLOCATION2008 lacks
its underscore), ALLOCATION_RESERVE_y, ALLOCATION_TRANSITIONAL_y, VERIFIED_EMISSIONS_y and CH_… for Switzerland. -1
means not reported, "Excluded" outside the system that year. Tested with fixtures written from the published layout.
"""

import re

import fastexcel
import polars as pl

from analysis.errors import StudyError
from analysis.sources.official import OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.recognition import Head
from analysis.sources.regionalstatistik_xlsx import column_letter
from analysis.sources.site_tables import MISSING, NO_CELLS, figures, odd_figures, reported

NAME = "Union Registry verified emissions"
KEY = "REGISTRY_CODE"
_SITE = {
    KEY: "country",
    "INSTALLATION_IDENTIFIER": "number",
    "INSTALLATION_NAME": "name",
    "PERMIT_IDENTIFIER": "permit",
    "MAIN_ACTIVITY_TYPE_CODE": "activity",
}
_YEARLY = re.compile(r"((?:CH_)?(?:ALLOCATION(?:_RESERVE|_TRANSITIONAL)?|VERIFIED_EMISSIONS))_?(\d{4})")
_EMISSIONS = "VERIFIED_EMISSIONS"
# Aircraft, ships, and the accounts of fuel suppliers are no plants.
_NO_PLANTS = {"10": "aviation", "50": "maritime", "60": "ETS 2"}
_ACTIVITIES = [*map(str, range(1, 10)), *map(str, range(20, 48)), "99", *_NO_PLANTS]
_ROW = "#row"


def recognises(head: Head) -> bool:
    """By a row with REGISTRY_CODE and a column of verified emissions."""
    return any(_header_row(rows) is not None for rows in head.sheets.values())


def _header_row(rows: list[tuple[str | None, ...]]) -> int | None:
    for number, row in enumerate(rows):
        names = [str(text).strip() for text in row if text]
        if KEY in names and any(name.startswith((_EMISSIONS, f"CH_{_EMISSIONS}")) for name in names):
            return number
    return None


def read(original: Original) -> OfficialTable:
    """Reference tables: sites (site is REGISTRY_CODE and number, "DE_1095") and site_emissions (`SITE_FIGURES`).

    Measures are named as the columns, without the year, in small letters. `flag` has the sign of a missing figure.
    Aviation, shipping and ETS 2 are left out and counted. Raises StudyError for an unknown activity, column or sign.
    """
    workbook = fastexcel.read_excel(original.content)
    sites, emissions, problems, rows = [], [], [], 0
    for name in workbook.sheet_names:
        sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
        start = _header_row(sheet.head(60).rows())
        if start is None:
            continue
        if sites and (other := _other_list(sheet, start, name)):
            problems.append(other)
            continue
        data = _rows(sheet, start, f"{original.name}, sheet {name}")
        rows += data.height
        plants, left_out = _plants(data, name)
        problems += left_out
        sites.append(plants.select("site", *_SITE, row=pl.format(f"{name}!A{{}}", _ROW)).rename(_SITE))
        emissions.append(_emissions(plants, list(data.columns), name, original.name))
    figures_read = pl.concat(emissions)
    years = figures_read.filter(measure=_EMISSIONS.lower())["year"]
    return OfficialTable(
        format=NAME,
        table="verified_emissions",
        title=f"Verified emissions and free allocation by installation, {years.min()} to {years.max()}",
        rows=rows,
        cells=NO_CELLS,
        tables={"sites": pl.concat(sites), "site_emissions": figures_read},
        problems=(*problems, *odd_figures(figures_read)),
    )


def _other_list(sheet: pl.DataFrame, start: int, name: str) -> Problem | None:
    """A further sheet without the columns of installations, such as the aircraft operators Switzerland administers."""
    missing = [column for column in _SITE if column not in {(text or "").strip() for text in sheet.row(start)}]
    if not missing:
        return None
    what = f"The sheet {name!r} ({sheet.height - start - 1} rows) has no {', '.join(missing)} and is left out"
    return Problem("left out", what, f"{name}!A{start + 1}", "Only the list of installations is read.")


def _rows(sheet: pl.DataFrame, start: int, where: str) -> pl.DataFrame:
    """The rows under the header, with `site` and the sheet's row number."""
    header = [(text or f"#{number}").strip() for number, text in enumerate(sheet.row(start))]
    missing = [name for name in _SITE if name not in header]
    doubled = sorted({name for name in header if header.count(name) > 1})
    for word, names in (("are missing", missing), ("stand twice", doubled)):
        if names:
            raise StudyError(
                f"The columns {', '.join(names)} {word}",
                where=f"{where}, row {start + 1}",
                next_step="Give the workbook as the Commission publishes it.",
            )
    named = sheet.rename(dict(zip(sheet.columns, header, strict=True))).with_row_index(_ROW, offset=1)
    data = named.slice(start + 1).filter(pl.any_horizontal(pl.exclude(_ROW).is_not_null()))
    if again := data.filter(pl.col(KEY) == KEY)[_ROW].to_list():
        raise StudyError(
            f"The header stands again in row {again[0]}: several files were joined",
            where=f"{where}, row {again[0]}",
            next_step="Give the workbooks one by one.",
        )
    activity = pl.col("MAIN_ACTIVITY_TYPE_CODE").str.strip_chars().str.strip_suffix(".0")
    data = data.with_columns(activity, site=pl.concat_str(KEY, pl.lit("_"), pl.col("INSTALLATION_IDENTIFIER")))
    unknown = data.filter(~activity.is_in(_ACTIVITIES) | activity.is_null() | pl.col("site").is_null())
    if unknown.height:
        first = unknown.row(0, named=True)
        raise StudyError(
            f"Installation {first['site']} has no number or the unknown activity {first['MAIN_ACTIVITY_TYPE_CODE']!r}",
            where=f"{where}, row {first[_ROW]}",
            next_step="Look the code up on the workbook's sheet of activities and add it to the reader.",
        )
    return data


def _plants(data: pl.DataFrame, sheet: str) -> tuple[pl.DataFrame, list[Problem]]:
    """Installations alone, and how many others were left out."""
    code, found = pl.col("MAIN_ACTIVITY_TYPE_CODE"), []
    for number, word in _NO_PLANTS.items():
        others = data.filter(code == number)
        if others.height:
            what = f"{others.height} rows of activity {number} ({word}) are no plants and are left out"
            found.append(Problem("left out", what, f"{sheet}!A{others[_ROW][0]}"))
    return data.filter(~code.is_in(list(_NO_PLANTS))), found


def _emissions(plants: pl.DataFrame, header: list[str], sheet: str, name: str) -> pl.DataFrame:
    """One row an installation, year and measure."""
    yearly = [column for column in header if re.search(r"\d{4}$", column)]
    columns = {column: found for column in yearly if (found := _YEARLY.fullmatch(column))}
    if new := [column for column in yearly if column not in columns]:
        raise StudyError(
            f"The column {new[0]} is unknown", where=f"{name}, sheet {sheet}", next_step="Add it to the reader."
        )
    letters = {column: column_letter(header.index(column) - 1) for column in columns}  # the row number stands first
    long = plants.unpivot(list(columns), index=["site", _ROW], variable_name="column", value_name="text")
    text = pl.col("text").fill_null("").str.strip_chars()
    long = long.with_columns(
        text=text,
        year=pl.col("column").replace_strict({column: found[2] for column, found in columns.items()}),
        measure=pl.col("column").replace_strict({column: found[1].lower() for column, found in columns.items()}),
        row=pl.format(f"{sheet}!{{}}{{}}", pl.col("column").replace_strict(letters), _ROW),
        value=text.cast(pl.Float64, strict=False),
    )
    missing = pl.col("text").is_in(MISSING)
    unknown = long.filter(~missing, ~pl.col("value").is_finite().fill_null(False))
    if unknown.height:
        first = unknown.row(0, named=True)
        raise StudyError(
            f"{first['text']!r} is neither a number nor one of the signs -1 and Excluded",
            where=f"{name}, {first['row']}",
            next_step="Look in the remarks above the header what it means and add it to the reader.",
        )
    value = pl.when(~missing).then("value")
    unit = pl.when(pl.col("measure").str.ends_with("emissions")).then(pl.lit("t CO2e")).otherwise(pl.lit("allowances"))
    sign = pl.when(missing, pl.col("text") != "").then("text")
    return figures(long.with_columns(value=value, status=reported(value), unit=unit, flag=sign))
