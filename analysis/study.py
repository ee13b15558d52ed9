"""What a notebook works with: the figures of its region, and a book in which it enters facts, sentences and figures."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from analysis import catalogue, exhibits, facts, wording
from analysis.catalogue import Edition, Indicator
from analysis.errors import StudyError
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.inputs import Inputs
from analysis.regions import Region

ROOT = Path(__file__).resolve().parents[1]
# How an executed notebook marks the place of a figure, and what it shows in words.
FIGURE, ALT = "application/x-study-figure", "application/x-study-alt"


@dataclass
class Study:
    """One region, edition and chapter: reads from `inputs`, writes facts, sentences, figures and tables to `out`."""

    region: Region
    edition: Edition
    inputs: Inputs
    out: Path
    references: tuple[Region, ...]
    compared: tuple[Region, ...]
    indicators: dict[str, Indicator]
    facts: dict[str, Fact] = field(default_factory=dict)
    borrowed: dict[str, Fact] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)
    figures: dict[str, dict] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)

    @classmethod
    def open(cls, region: str, edition: str, chapter: str) -> "Study":
        """The study of `region` (an id or an AGS) in `edition`, for one chapter.

        Its slice lies in `data/processed`, or where the environment variable INDUSTRIEMONITOR_PROCESSED says.
        """
        pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=100, tbl_rows=30)
        processed = Path(os.environ.get("INDUSTRIEMONITOR_PROCESSED", ROOT / "data" / "processed"))
        folder = processed / edition / region
        described = json.loads((folder / "inputs" / "region.json").read_text("utf-8"))
        return cls(
            region=_region(described["region"]),
            edition=Edition(**described["edition"]),
            inputs=Inputs(folder / "inputs"),
            out=folder / chapter,
            references=tuple(_region(item) for item in described["references"]),
            compared=tuple(_region(item) for item in described["compared"]),
            indicators=catalogue.indicators(),
        )

    # -- reading ------------------------------------------------------------------------------------------------

    @property
    def everyone(self) -> list[str]:
        """Ids of the region and its references (Land, Germany), in this order."""
        return [self.region.id, *(item.id for item in self.references)]

    def name(self, region: str) -> str:
        """The printed name of the region, of a reference or of one of its districts."""
        for item in (self.region, *self.references, *self.compared):
            if item.id == region:
                return item.name
        return self.district_names[region]

    @property
    def district_names(self) -> dict[str, str]:
        """AGS -> printed name of every district."""
        rows = self.inputs.table("districts").select("district", "name").unique()
        return dict(rows.iter_rows())

    def newest(self, measure: str, branch: str = "total", region: str | None = None) -> int | None:
        """The newest year with a value, for the region unless another is named."""
        years = self.inputs.years(measure, region or self.region.id, branch)
        return years[-1] if years else None

    def borrow(self, chapter: str, region: str | None = None) -> int:
        """Make the facts another chapter (of another region) has entered findable here; returns how many.

        They are used and not entered again. Raises StudyError if that chapter has not been run.
        """
        path = self.out.parent.parent / (region or self.region.id) / chapter / "facts.parquet"
        if not path.exists():
            raise StudyError(f"The chapter '{chapter}' has no facts yet", where=str(path), next_step="Run it first.")
        found = {fact.id: fact for fact in facts.read(path)}
        self.borrowed |= found
        return len(found)

    @property
    def known(self) -> dict[str, Fact]:
        """Facts entered here and borrowed, by id."""
        return self.borrowed | self.facts

    def find(self, indicator: str, region: str, **parts: str | None) -> list[Fact]:
        """Facts entered so far for an indicator and region, by period; branch, variant, period narrow them."""
        wanted = {"branch": None, "variant": None} | parts
        found = [
            fact
            for fact in self.known.values()
            if fact.indicator == indicator
            and fact.region == region
            and all(getattr(fact, name) == value for name, value in wanted.items())
        ]
        return sorted(found, key=lambda fact: (fact.last_year, fact.period))

    def get(self, indicator: str, region: str, period: str, **parts: str | None) -> Fact:
        """One fact entered before. Raises StudyError that names it if there is none."""
        found = self.find(indicator, region, period=period, **parts)
        if len(found) != 1:
            raise StudyError(
                f"The fact {indicator} {parts} of {region} for {period} was not entered before it was used",
                where=str(self.out),
                next_step="Enter it in an earlier cell.",
            )
        return found[0]

    def plain(self, text: str) -> str:
        """A sentence of the dialect as plain words: spans become what they print. For alt texts."""
        return wording.plain(text, self.known, self.indicators)

    def index_series(self, measure: str, regions: list[str], first: int, branch: str = "total") -> pl.DataFrame:
        """series_id, label, year, index: a measure of several regions with the year `first` as 100; gaps stay gaps."""
        series = self.inputs.series(measure, regions, [branch])
        base = series.filter(year=first).select("region", base="value")
        return series.join(base, on="region").select(
            series_id="region",
            label=pl.col("region").map_elements(self.name, return_dtype=pl.String),
            year="year",
            index=pl.col("value") / pl.col("base") * 100,
        )

    # -- facts --------------------------------------------------------------------------------------------------

    def fact(self, indicator: str, period: int | str, value: float | None, **details) -> Fact:
        """Enter a fact for the region (or `region=`). `status` is needed where the value is None.

        Keywords: region, branch, variant, status, flag, method, low, high, inputs (facts or cells), sources.
        """
        item = self.indicators[indicator]
        inputs = tuple(part.id if isinstance(part, Fact) else part for part in details.pop("inputs", ()))
        region = details.pop("region", self.region.id)
        status = details.pop("status", None) or ("ok" if value is not None else "not_available")
        entry = Fact(
            region=region,
            indicator=indicator,
            period=str(period),
            value=value,
            unit=item.unit,
            status=status,
            inputs=inputs,
            sources=details.pop("sources", item.sources),
            **details,
        )
        known = self.facts.get(entry.id)
        if known is not None and known != entry:
            raise StudyError(
                f"The fact {entry.id} is entered twice with different content",
                where=f"{known.value} and {entry.value}",
                next_step="Give one of them a variant.",
            )
        self.facts[entry.id] = entry
        return entry

    def level(self, indicator: str, year: int, *, region: str | None = None, branch: str | None = None) -> Fact:
        """Enter the warehouse's figure for an indicator as a fact, with its status and cells."""
        measure = self.indicators[indicator].measure
        found = self.inputs.figure(measure, region or self.region.id, branch or "total", year)
        return self.fact(
            indicator,
            year,
            found.value,
            region=region or self.region.id,
            branch=branch,
            status=found.status,
            flag=found.flag,
            method="official figure" if found.cells and len(found.cells) == 1 else "sum over districts",
            inputs=found.cells,
        )

    def ratio(self, indicator: str, year: int, *, region: str | None = None, branch: str | None = None) -> Fact:
        """Enter numerator over denominator of the same year; unknown or zero denominators leave it unknown."""
        item, region = self.indicators[indicator], region or self.region.id
        top_measure, _, top_branch = item.numerator.partition(".")
        bottom_measure, _, bottom_branch = item.denominator.partition(".")
        if branch is not None:
            top_branch = branch
            bottom_branch = branch if bottom_branch != "total" else bottom_branch
        top = self.inputs.figure(top_measure, region, top_branch, year)
        bottom = self.inputs.figure(bottom_measure, region, bottom_branch, year)
        value, status = None, next((part.status for part in (top, bottom) if part.value is None), "not_applicable")
        if top.value is not None and bottom.value:
            value, status = top.value / bottom.value * item.scale, "ok"
        return self.fact(
            indicator,
            year,
            value,
            region=region,
            branch=branch,
            status=status,
            method="sums divided",
            inputs=(*top.cells, *bottom.cells),
        )

    def change(self, indicator: str, now: Fact, before: Fact) -> Fact:
        """Enter the change in per cent (or points, where the indicator's unit says so) between two facts."""
        in_points = self.indicators[indicator].unit == "percentage_points"
        value = None
        if now.known and before.known and (in_points or before.value):
            value = now.value - before.value if in_points else (now.value / before.value - 1) * 100
        return self.fact(
            indicator,
            f"{before.period}-{now.period}",
            value,
            region=now.region,
            branch=now.branch,
            variant=now.variant,
            status=None if value is not None else _worst(now, before),
            method="difference in points" if in_points else "change in per cent",
            inputs=(before, now),
        )

    # -- words, figures, tables ---------------------------------------------------------------------------------

    def say(self, key: str, text: str) -> str:
        """Enter a sentence (Markdown of the dialect, see `wording`)."""
        self.statements[key] = text
        return text

    def draw(self, key: str, form: Callable, frame: pl.DataFrame, text: Caption, **options) -> "Drawn":
        """Enter a figure: `form` (of `analysis.charts` or `analysis.maps`) draws `frame` with `options`.

        Returns what the notebook shows: the figure and its data as printed, or why nothing could be drawn.
        """
        entry = exhibits.figure(self.out, key, form, frame, text, options, self.source_line(text.sources))
        self.figures[key] = entry
        return Drawn(key, text.alt, exhibits.shown(entry["table"]), entry["absent"] or "")

    def tabulate(self, key: str, frame: pl.DataFrame, text: Caption) -> pl.DataFrame:
        """Enter a table of its own; columns and digits as the caption says."""
        entry = exhibits.table(frame, text, self.source_line(text.sources))
        self.tables[key] = entry
        return exhibits.shown(entry)

    def source_line(self, ids: tuple[str, ...]) -> str:
        """ "Quelle: ..." with the attributions of the sources, once each."""
        rows = dict(self.inputs.table("sources").select("id", "attribution").iter_rows())
        unknown = [ident for ident in ids if ident not in rows]
        if unknown:
            raise StudyError(f"A caption names unknown sources: {', '.join(unknown)}", where=str(self.out))
        return f"Quelle: {'; '.join(dict.fromkeys(rows[ident] for ident in ids))}." if ids else ""

    def save(self) -> pl.DataFrame:
        """Write facts and texts of the chapter; returns the facts as a frame."""
        if not self.known:
            raise StudyError("The chapter entered no facts", where=str(self.out), next_step="Check its inputs.")
        facts.write(list(self.facts.values()), self.out / "facts.parquet")
        texts = {"statements": self.statements, "figures": self.figures, "tables": self.tables}
        text = json.dumps(texts, ensure_ascii=False, indent=1, sort_keys=True)
        (self.out / "texts.json").write_text(text + "\n", "utf-8")
        return facts.frame(list(self.facts.values()))

    def show(self, entries: Iterable[Fact]) -> pl.DataFrame:
        """Facts as a small frame for the notebook's reader: id, as printed, status."""
        rows = [
            {"fact": e.id, "printed": wording.printed(e, self.indicators[e.indicator]), "status": e.status}
            for e in entries
        ]
        return pl.DataFrame(rows, schema={"fact": pl.String, "printed": pl.String, "status": pl.String})


@dataclass(frozen=True)
class Drawn:
    """A figure as its notebook shows it. The picture is put beside the table when the notebook has been executed;
    to see a chart while working on it, call its form and `charts.svg`."""

    key: str
    alt: str
    table: pl.DataFrame
    absent: str

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        if self.absent:
            return {"text/plain": f"Keine Abbildung: {self.absent}"}
        return {FIGURE: self.key, ALT: self.alt, "text/html": self.table._repr_html_(), "text/plain": str(self.table)}


def _region(item: dict) -> Region:
    return Region(**{**item, "districts": tuple(item["districts"])})


def _worst(*parts: Fact) -> str:
    return next((part.status for part in parts if not part.known), "not_applicable")
