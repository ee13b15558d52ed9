"""Chapters run on slices of the bundled figures, cut once for all tests into a folder of their own."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from analysis import catalogue, lexicon, regions, slices, warehouse
from analysis.files import write_if_changed
from analysis.plan import RAW, Plan, described
from analysis.publishing import allowed
from analysis.regions import Region
from analysis.study import Study
from analysis.wording import SPAN

EDITION = "2020"
# The bundled regions, one of two districts, and single districts: one without Eurostat's persons employed, one whose
# farming and construction are secret, one whose industry is secret, one without installations in emissions trading.
WANTED = ["duesseldorf", "hamburg", "rheinisches-revier", "ihk-duesseldorf", "05158", "01001", "03103", "16055"]


@pytest.fixture(scope="session")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `data/processed`, with the warehouse and the slices of `WANTED`."""
    folder = tmp_path_factory.mktemp("processed")
    districts = pl.read_parquet(RAW / "bkg-vg5000-2023" / "boundaries.parquet")
    plan = Plan(
        edition=catalogue.edition(RAW, EDITION),
        regions=tuple(regions.resolve(WANTED, districts)),
        formats=(),
        engine="embedded",
        processed=folder,
    )
    warehouse.build(plan.warehouse, plan.raw, list(plan.regions))
    with warehouse.connect(plan.warehouse) as connection:
        for region in plan.regions:
            _cut(connection, plan, region)
    return folder


def _cut(connection, plan: Plan, region: Region) -> None:
    folder = plan.folder(region.id, "inputs")
    references = slices.references(region, plan.compared)
    slices.write(connection, folder, region, references, plan)
    text = described(region, plan.edition, references, plan.compared)
    write_if_changed(folder / "region.json", text.encode())


@pytest.fixture(scope="session")
def study(processed: Path) -> Iterator[Callable[[str, str], Study]]:
    """`study("hamburg", "network")`: a fresh study of a region's slice, for one chapter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDUSTRIEMONITOR_PROCESSED", str(processed))
        yield lambda region, chapter: Study.open(region, EDITION, chapter)


@pytest.fixture
def altered(study: Callable, tmp_path: Path) -> Callable[..., Study]:
    """`altered("hamburg", "network", figures=frame)`: the same with some tables of the slice replaced."""

    def opened(region: str, chapter: str, **tables: pl.DataFrame) -> Study:
        original = study(region, chapter)
        folder = tmp_path / "inputs"
        folder.mkdir()
        for file in original.inputs.folder.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        for name, frame in tables.items():
            frame.write_parquet(folder / f"{name}.parquet")
        return replace(original, inputs=type(original.inputs)(folder), out=tmp_path / chapter)

    return opened


@pytest.fixture(scope="session")
def objections() -> Callable[[Study], list[str]]:
    """What a proofreader would object to in a study's facts, sentences and titles: the list is to be empty."""
    return _objections


def _objections(study: Study) -> list[str]:
    texts = study.statements | {f"title of {key}": entry["title"] for key, entry in study.figures.items()}
    texts |= {f"caption of {key}": entry["caption"] for key, entry in study.tables.items()}
    found = [f"{fact.id}: no inputs" for fact in study.facts.values() if not fact.inputs]
    for key, text in texts.items():
        found += [f"{key}: {objection}" for objection in (*_false_claims(study, text), *_loose_words(text))]
    return found


def _false_claims(study: Study, text: str) -> Iterator[str]:
    for span in SPAN.finditer(text):
        if span["kind"] == "fact":
            if span["text"] not in study.known:
                yield f"unknown fact {span['text']}"
            elif "interval" in span["options"] and study.known[span["text"]].low is None:
                yield f"no interval in {span['text']}"
            continue
        word, options = span["text"], dict(re.findall(r'(\w+)="?([^"\s}]+(?: [^"}=]+(?="))?)', span["options"]))
        left, right = study.known[options["left"]], [study.known[name] for name in options["right"].split()]
        if lexicon.relation_of(word) != options["relation"]:
            yield f"'{word}' does not say {options['relation']}"
        verdict = lexicon.holds(options["relation"], left.value, [fact.value for fact in right])
        if not verdict.holds:
            yield f"'{word}': {verdict.reason}"


def _loose_words(text: str) -> Iterator[str]:
    rest = SPAN.sub(" ", text)
    for word in lexicon.telling_words():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", rest, re.IGNORECASE):
            yield f"'{word}' compares without facts"
    for form in allowed.FORMS:
        rest = form.pattern.sub(" ", rest)
    if re.search(r"\d", rest):
        yield f"a typed digit in «{rest}»"
