"""The Industriemonitor's command line: from official figures to four reports, and back from a figure to its cell."""

import gc
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analysis import plan as planning
from analysis.errors import StudyError, UsageError
from analysis.plan import Plan

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


class Format(StrEnum):
    """What a report is rendered to."""

    HTML = "html"
    PDF = "pdf"


class Language(StrEnum):
    """The languages the reports exist in."""

    DE = "de"


class Listing(StrEnum):
    """What `list` can show."""

    REGIONS = "regions"
    INDICATORS = "indicators"
    SOURCES = "sources"
    GOALS = "goals"
    FACTS = "facts"
    METHODS = "methods"


EditionOption = Annotated[str, typer.Option("--edition", help="An edition of data/raw/editions.toml.")]
RegionOption = Annotated[
    list[str], typer.Option("--region", help="A region's id or a district key (AGS); may be given several times.")
]
FormatOption = Annotated[list[Format], typer.Option("--format", help="HTML, PDF or both (the default).")]
EngineOption = Annotated[
    str, typer.Option("--engine", help="auto, quarto or embedded. auto takes Quarto where it is installed.")
]
RawOption = Annotated[Path, typer.Option("--raw", help="The folder of official figures.")]
ProcessedOption = Annotated[Path, typer.Option("--processed", help="The folder of intermediate results.")]
OutOption = Annotated[Path, typer.Option("--out", help="The folder the edition is published to.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]


def make_plan(edition: str, region: list[str], formats: list[Format], engine: str, **places) -> Plan:
    """Check what the command line asks for and turn it into a plan. Raises UsageError."""
    from analysis import catalogue, scope

    chosen = catalogue.edition(places["raw"], edition)
    if engine not in ("auto", "quarto", "embedded"):
        raise UsageError(
            f"Engine '{engine}' is unknown", where="--engine", next_step="Known are auto, quarto and embedded."
        )
    published = places["out"] / edition
    return Plan(
        edition=chosen,
        regions=scope.edition_regions(region, published, places["raw"]),
        formats=tuple(dict.fromkeys(item.value for item in formats)),
        engine=engine,
        **places,
    )


@app.command()
def run(
    edition: EditionOption = "2020",
    region: RegionOption = [],  # noqa: B006  (typer reads the default and copies it)
    format: FormatOption = [Format.HTML, Format.PDF],  # noqa: B006
    language: Annotated[Language, typer.Option(help="The language of the reports.")] = Language.DE,
    engine: EngineOption = "auto",
    workers: Annotated[int, typer.Option(min=1, help="Tasks at the same time.")] = 3,
    raw: RawOption = planning.RAW,
    processed: ProcessedOption = planning.PROCESSED,
    out: OutOption = planning.PUBLISHED,
) -> None:
    """Bring an edition up to date: figures, checks, notebooks, reports. Only what changed is made again."""
    from analysis import runs

    plan = make_plan(
        edition, region, format, engine, raw=raw, processed=processed, out=out, workers=workers, language=language
    )
    made = runs.run(plan)
    if made:
        print(f"{len(made)} stages done. The edition: {plan.target / 'index.html'}")
    else:
        print(f"Nothing to do, edition {edition} is up to date: {plan.target / 'index.html'}")


@app.command()
def status(
    edition: EditionOption = "2020",
    region: RegionOption = [],  # noqa: B006
    format: FormatOption = [Format.HTML, Format.PDF],  # noqa: B006
    engine: EngineOption = "auto",
    raw: RawOption = planning.RAW,
    processed: ProcessedOption = planning.PROCESSED,
    out: OutOption = planning.PUBLISHED,
    as_json: JsonOption = False,
) -> None:
    """What a run would make again, and because of what. Takes the options of `run`."""
    from analysis import tasks

    plan = make_plan(edition, region, format, engine, raw=raw, processed=processed, out=out, workers=1)
    pending = tasks.status(plan)
    if as_json:
        print(json.dumps([{"task": name, "reason": reason} for name, reason in pending], ensure_ascii=False))
        return
    for name, reason in pending:
        print(f"{name}: {reason}")
    if not pending:
        print(f"Everything is up to date in edition {edition}.")


@app.command()
def explain(
    fact: Annotated[str, typer.Argument(help="A fact's id, as in duesseldorf.network_jobs.direct.2019.")],
    edition: EditionOption = "2020",
    raw: RawOption = planning.RAW,
    out: OutOption = planning.PUBLISHED,
    as_json: JsonOption = False,
) -> None:
    """From a printed figure back to file, line and publisher."""
    from analysis import explanation, lineage

    path = out / edition / "data" / "facts.parquet"
    if not path.exists():
        raise UsageError(
            f"Edition '{edition}' is not published", where=str(path), next_step="Run `python pipeline.py run` first."
        )
    steps = lineage.explain(fact, path, raw)
    print(explanation.as_json(steps) if as_json else explanation.as_text(steps))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Official files, packed or not.")],
    raw: RawOption = planning.RAW,
    as_json: JsonOption = False,
) -> None:
    """Read official files: layout, rows, regions, years, statuses, problems. Exit status 3 if one is not usable."""
    from analysis.sources import checking

    reports = [checking.check_file(path, raw) for path in files]
    if as_json:
        print(json.dumps([report.as_dict() for report in reports], ensure_ascii=False, indent=1))
    else:
        print("\n\n".join(report.as_text() for report in reports))
    if any(report.verdict == "not usable" for report in reports):
        sys.exit(3)


@app.command()
def fetch(
    sources: Annotated[
        list[str], typer.Argument(help="Ids or table codes; without any, the study's own sources.")
    ] = [],  # noqa: B006
    raw: RawOption = planning.RAW,
) -> None:
    """The newest official figures over the network; no other command uses it."""
    from analysis.fetching import fetch as fetching

    outcomes = fetching.fetch(sources, raw.parent / fetching.DOWNLOADS, told=print)
    fetching.raise_failures(outcomes)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="The official file, or all files of one table.")],
    source: Annotated[str, typer.Option("--source", help="The source's id, see `list sources`.")],
    raw: RawOption = planning.RAW,
) -> None:
    """Take an official file into data/raw as a dated extract with its source.toml."""
    from analysis.sources import importing

    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise UsageError(f"No such file: {', '.join(missing)}", where="import", next_step="Check the path.")
    report = importing.import_file(files, source, raw)
    verb = "written" if report.changed else "unchanged"
    counted = ", ".join(f"{status} {count}" for status, count in report.statuses.items())
    print(f"{source}: {report.meta.rows} rows, {verb} in {report.folder}. Statuses: {counted or 'none'}.")
    if report.former:
        print(f"The extract it replaces is kept in {report.former}.")
    if report.revised:
        print("\n".join(report.revised.lines()))


@app.command()
def method(
    name: Annotated[str, typer.Argument(help="A method's name, see `list methods`.")],
    frame: Annotated[Path, typer.Argument(help="The first table: CSV, Parquet or XLSX, one row a cell.")],
    start: Annotated[int | None, typer.Option(help="First year.")] = None,
    end: Annotated[int | None, typer.Option(help="Last year.")] = None,
    reference: Annotated[str | None, typer.Option(help="A region of the table, or a file of its own.")] = None,
    files: Annotated[list[str], typer.Option("--with", help="Another table: ARGUMENT=FILE, as in output=x.csv.")] = [],  # noqa: B006
    options: Annotated[
        list[str], typer.Option("--set", help="Any other argument: NAME=VALUE, as in form=gerfin.")
    ] = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option("--out", help="A CSV, Parquet or XLSX file instead of the terminal.")
    ] = None,
) -> None:
    """Any method on a person's own figures."""
    from analysis import listings
    from analysis.workbench import calls, methods
    from analysis.workbench import files as own_files

    given = {name: str(value) for name, value in (("start", start), ("end", end)) if value is not None}
    asked = methods.find(name)
    tables = {next(iter(asked.files)): str(frame), **_pairs(files, "--with")}
    tables |= {"reference": reference} if reference is not None else {}
    found, cautions = calls.call(name, tables, _pairs(options, "--set") | given)
    for caution in cautions:
        print(f"Caution: {caution}", file=sys.stderr)
    if out is None:
        print("\n\n".join(listings.as_text(calls.as_rows(table)) for table in found.values()))
    else:
        print("\n".join(f"Written: {path}" for path in own_files.write(found, out)))


def _pairs(given: list[str], option: str) -> dict[str, str]:
    """NAME=VALUE as a dict. Raises UsageError for anything else."""
    if wrong := [item for item in given if "=" not in item]:
        raise UsageError(f"'{wrong[0]}' is no pair", where=option, next_step="Write NAME=VALUE.")
    return dict(item.split("=", 1) for item in given)


@app.command("list")
def list_(
    what: Annotated[Listing, typer.Argument(help="What to list.")],
    edition: EditionOption = "2020",
    raw: RawOption = planning.RAW,
    out: OutOption = planning.PUBLISHED,
    as_json: JsonOption = False,
) -> None:
    """Regions, indicators, sources, goals or facts."""
    from analysis import listings

    rows = listings.rows(what.value, raw, out / edition)
    print(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else listings.as_text(rows))


@app.command()
def serve(
    edition: EditionOption = "2020",
    out: OutOption = planning.PUBLISHED,
    port: Annotated[int, typer.Option(help="The port on this computer.")] = 8000,
) -> None:
    """Look at the published edition in a browser, on this computer only."""
    import functools
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    folder = out / edition
    if not (folder / "index.html").exists():
        raise UsageError(
            f"Edition '{edition}' is not published", where=str(folder), next_step="Run `python pipeline.py run` first."
        )
    handler = functools.partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"http://127.0.0.1:{port}/ shows {folder}; end with Ctrl+C.")
        server.serve_forever()


def main() -> None:
    """Run the command line; a failure is one sentence and an exit status."""
    # Collecting garbage takes a third of the time of a run with nothing to do; the work is done in other processes.
    gc.disable()
    try:
        app()
    except StudyError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except PermissionError as error:
        print(f"Error: Writing was refused ({error.filename}). Choose another folder with --out.", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("Ended. The last published edition is untouched.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
