"""What is asked of whom, what is laid down, and what is refused: against a server on this computer."""

import datetime
import gzip
import io

import pytest
import xlsxwriter
from filelock import FileLock

from analysis.errors import LockedError, StudyError, UsageError
from analysis.fetching import fetch as fetching
from analysis.fetching import plans
from analysis.sources import registry
from analysis.sources.originals import Original
from analysis.sources.recognition import recognise
from tests.fetching.desk import (
    DAY,
    FLAT,
    LARGE,
    PAGE,
    PASSWORD,
    PLACED,
    RESULTFILE,
    RESULTS,
    TABLEFILE,
    TSV,
    USER,
    Desk,
    message,
    zipped,
)
from tests.fetching.server import Behaviour, continuing, cut, redirect, send, status

# What is asked


def test_every_source_of_a_publisher_with_an_interface_can_be_fetched() -> None:
    known = {plan.id: plan for plan in plans.load()}
    asked = [id_ for id_ in registry.SOURCES if id_.startswith(("regionalstatistik-", "destatis-", "eurostat-"))]
    assert set(asked) - set(known) == {"destatis-kreise"}  # a workbook without an interface
    assert all(known[id_].code == registry.SOURCES[id_].table for id_ in asked if id_ in known)
    assert [plan.id for plan in plans.chosen([], plans.load())] == [id_ for id_ in known if id_ in registry.SOURCES]


def test_publishers_are_asked_over_https_and_say_when_they_were_last_seen() -> None:
    for publisher in {plan.publisher.id: plan.publisher for plan in plans.load()}.values():
        assert (
            publisher.address.startswith("https://")
            and publisher.licence
            and publisher.kind in ("genesis", "address", "page")
        )
        assert datetime.date.fromisoformat(f"{publisher.known}-01") < DAY


def test_a_table_may_be_named_by_its_code_and_only_once() -> None:
    names = ["nama_10r_3gva", "eurostat-nama-10r-3gva"]
    assert [plan.code for plan in plans.chosen(names, plans.load())] == ["nama_10r_3gva"]
    with pytest.raises(UsageError, match=r"'13111'.*regionalstatistik-13111-07-05-4"):
        plans.chosen(["13111"], plans.load())


def test_a_table_of_genesis_is_asked_for_by_form_with_the_account_in_the_header(desk: Desk, account: None) -> None:
    desk.server.plan(send(zipped(FLAT)), path=TABLEFILE)
    path = desk.file("regionalstatistik-13111-01-03-4")
    asked = desk.server.asked[0]
    assert asked.method == "POST" and asked.path == TABLEFILE
    assert asked.form == {
        "name": "13111-01-03-4",
        "area": "all",
        "compress": "false",
        "format": "ffcsv",
        "language": "de",
        "quality": "on",
        "startyear": "2008",
        "job": "false",
    }
    assert asked.headers["username"] == USER
    assert asked.headers["password"].encode("latin-1").decode() == PASSWORD
    assert path == desk.downloads / "regionalstatistik-13111-01-03-4" / "2026-11-27-13111-01-03-4.zip"
    assert path.read_bytes() == zipped(FLAT)
    assert desk.left() == ["regionalstatistik-13111-01-03-4/2026-11-27-13111-01-03-4.zip"]
    assert (desk.downloads / ".gitignore").read_text() == "*\n"


def test_a_table_of_eurostat_is_one_address(desk: Desk) -> None:
    desk.server.plan(send(gzip.compress(TSV)), path="/sdmx/nama_10r_3gva")
    path = desk.file("nama_10r_3gva")
    assert desk.server.asked[0].path == "/sdmx/nama_10r_3gva?format=TSV&compressed=true"
    assert desk.server.asked[0].headers["username"] is None
    assert path.name == "2026-11-27-nama_10r_3gva.tsv.gz"
    assert recognise(Original(path.name, gzip.decompress(path.read_bytes()))).NAME


def workbook() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        header = ("REGISTRY_CODE", "INSTALLATION_NAME", "VERIFIED_EMISSIONS_2025")
        for row, cells in enumerate((("Verified emissions",), (), header, ("DE", "Kraftwerk", 1000))):
            sheet.write_row(row, 0, cells)
    return content.getvalue()


def test_of_the_union_registry_the_newest_workbook_of_the_page_is_taken(desk: Desk) -> None:
    links = "".join(
        f'<a href="/document/download/{number}_en?filename={name}">{name}</a>'
        for number, name in enumerate(
            ("verified_emissions_2024_en.xlsx", "verified_emissions_2025_en_0.xlsx", "compliance_2026_code_en.xlsx")
        )
    )
    desk.server.plan(send(f"<html>{links}</html>".encode()), path=PAGE)
    desk.server.plan(send(workbook()), path="/document/download/1_en")
    assert desk.file("union-registry-verified-emissions").name == "2026-11-27-verified_emissions.xlsx"
    desk.server.plan(send(b"<html>moved</html>"), path=PAGE)
    with pytest.raises(StudyError, match="links to no file of the expected name"):
        desk.file("union-registry-verified-emissions")


# Tables too large to be sent at once


def test_a_large_table_is_ordered_waited_for_and_taken(desk: Desk, account: None) -> None:
    desk.server.plan(message(98, LARGE), message(99, PLACED), path=TABLEFILE)
    listed = message(0, "erfolgreich", List=[{"Code": "13111-01-03-4_175879554"}])
    desk.server.plan(message(104, "Es gibt keine Objekte"), message(0, "erfolgreich", List=None), listed, path=RESULTS)
    desk.server.plan(send(zipped(FLAT)), path=RESULTFILE)
    assert desk.file("13111-01-03-4").read_bytes() == zipped(FLAT)
    assert [asked.form.get("job") for asked in desk.server.asked[:2]] == ["false", "true"]
    assert desk.server.asked[-1].form["name"] == "13111-01-03-4_175879554"
    assert desk.clock.slept == [20, 20]
    assert len(desk.left()) == 1


def test_an_order_that_takes_too_long_is_named(desk: Desk, account: None) -> None:
    desk.server.plan(message(98, LARGE), message(99, PLACED), path=TABLEFILE)
    desk.server.plan(message(104, "Es gibt keine Objekte"), path=RESULTS)
    with pytest.raises(StudyError, match=r"still being prepared after 30 minutes.*13111-01-03-4_175879554"):
        desk.file("13111-01-03-4")
    assert not desk.left()


@pytest.mark.parametrize(
    "refusals",
    [
        [message(98, LARGE), message(15, "Mit einem Token sind keine schreibenden Zugriffe möglich")],
        [message(98, LARGE), send(b"<html>")],
    ],
)
def test_an_order_that_is_refused_says_so(desk: Desk, account: None, refusals: list[Behaviour]) -> None:
    desk.server.plan(*refusals, path=TABLEFILE)
    with pytest.raises(StudyError, match=r"account is not accepted|with no message"):
        desk.file("13111-01-03-4")
    assert not desk.left()


# What is no table


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            message(104, "Es gibt keine Objekte zum angegebenen Selektionskriterium"),
            r"no table of this code, or no figures.*104",
        ),
        (message(90, "Die angeforderte Tabelle ist nicht vorhanden"), r"no table of this code \(code 90"),
        (message(104, "Für diesen Benutzer gibt es keine Objekte"), "no figures for the years asked for"),
        (message(99, PLACED), "prepared in the background"),
        (
            message(-1, "Bitte prüfen und korrigieren Sie Ihren Nutzernamen bzw. das Passwort."),
            "Check INDUSTRIEMONITOR_REG",
        ),
        (message(7, "Wartungsarbeiten"), r"refuses \(code 7: Wartungsarbeiten"),
        (send(b'{"Status": "Wartung"}'), "Wartung"),
        (send(b'{"error": "no such method"}'), "no such method"),
        (send(b"<!DOCTYPE html><html><head><title>Anmeldung</title>"), "web page titled 'Anmeldung'"),
        (send(b""), "empty"),
        (send(zipped(FLAT)[:-30]), "broken"),
        (send(zipped(b"<html><title>Fehler</title>")), "web page"),
        (send(b"geo;value\n05111;1\n"), "no layout that is known"),
        (status(401), "Check INDUSTRIEMONITOR_REGIONALSTATISTIK_USER and INDUSTRIEMONITOR_REGIONALSTATISTIK_PASSWORD"),
        (redirect("/login"), "another page"),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_leaves_nothing(
    desk: Desk, account: None, answer: Behaviour, said: str
) -> None:
    desk.server.plan(answer, path=TABLEFILE)
    with pytest.raises(StudyError, match=said) as caught:
        desk.file("13111-01-03-4")
    assert caught.value.exit_status == 1
    assert not desk.left() and not desk.told


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"<?xml version='1.0'?><env:Envelope><status>SUBMITTED</status>", "prepared in the background"),
        (b"<S:Fault><faultstring>EXTRACTION_TOO_BIG: 420709314 rows.</faultstring>", "EXTRACTION_TOO_BIG"),
        (b"<?xml version='1.0'?><empty/>", "web page"),
    ],
)
def test_what_eurostat_sends_in_place_of_a_table(desk: Desk, answer: bytes, said: str) -> None:
    desk.server.plan(send(answer), path="/sdmx/nama_10r_3gva")
    with pytest.raises(StudyError, match=said):
        desk.file("nama_10r_3gva")
    assert not desk.left()


def test_what_was_there_stays_when_a_later_answer_is_refused(desk: Desk) -> None:
    desk.server.plan(send(TSV), send(b"<html>"), path="/sdmx/nama_10r_3gva")
    path = desk.file("nama_10r_3gva")
    with pytest.raises(StudyError):
        desk.file("nama_10r_3gva")
    assert path.read_bytes() == TSV


def test_a_download_that_broke_off_is_continued_by_the_next_fetch(desk: Desk) -> None:
    desk.server.plan(cut(TSV, 30, ETag='"v1"'), path="/sdmx/nama_10r_3gva")
    with pytest.raises(StudyError, match="30 bytes that arrived are kept"):
        desk.file("nama_10r_3gva", tries=1)
    assert desk.left() == [f"eurostat-nama-10r-3gva/.nama_10r_3gva.part{end}" for end in ("", ".json")]
    desk.server.plan(continuing(TSV, '"v1"'), path="/sdmx/nama_10r_3gva")
    assert desk.file("nama_10r_3gva").read_bytes() == TSV
    assert desk.server.asked[-1].headers["Range"] == "bytes=30-"
    assert len(desk.left()) == 1


@pytest.mark.parametrize("spoiled", ["no json", "{}", '{"url": "https://example.org", "validator": "\\"v1\\""}'])
def test_a_part_without_a_good_note_is_begun_anew(desk: Desk, spoiled: str) -> None:
    folder = desk.downloads / "eurostat-nama-10r-3gva"
    folder.mkdir(parents=True)
    (folder / ".nama_10r_3gva.part").write_bytes(b"something else")
    (folder / ".nama_10r_3gva.part.json").write_text(spoiled)
    desk.server.plan(continuing(TSV, '"v1"'), path="/sdmx/nama_10r_3gva")
    assert desk.file("nama_10r_3gva").read_bytes() == TSV


def test_a_broken_off_answer_that_cannot_be_continued_leaves_nothing(desk: Desk, account: None) -> None:
    desk.server.plan(cut(zipped(FLAT), 30, ETag='"v1"'), path=TABLEFILE)
    with pytest.raises(StudyError, match="was cut"):
        desk.file("13111-01-03-4")
    assert not desk.left()


# Several at once, and not at all


def test_one_that_fails_does_not_stop_the_others(desk: Desk) -> None:
    desk.server.plan(send(TSV), path="/sdmx/nama_10r_3gdp")
    outcomes = desk.outcomes("nama_10r_3gva", "nama_10r_3gdp", "81000-0001")
    assert [outcome.path is not None for outcome in outcomes] == [False, True, False]
    assert [told.split(":")[0] for told in desk.told] == [outcome.plan.id for outcome in outcomes]
    with pytest.raises(StudyError, match="2 of 3 sources were not fetched: eurostat-nama-10r-3gva, destatis") as caught:
        fetching.raise_failures(outcomes)
    assert caught.value.exit_status == 1


def test_accounts_that_are_missing_everywhere_are_a_wrong_use(desk: Desk) -> None:
    with pytest.raises(UsageError, match="2 of 2") as caught:
        fetching.raise_failures(desk.outcomes("81000-0001", "13111-01-03-4"))
    assert caught.value.exit_status == 2


def test_offline_means_that_nothing_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIEMONITOR_OFFLINE", "1")
    with pytest.raises(UsageError, match=r"INDUSTRIEMONITOR_OFFLINE is set.*by hand"):
        desk.outcomes("nama_10r_3gva")
    assert not desk.server.asked and not desk.downloads.exists()


def test_a_second_fetch_does_not_wait(desk: Desk) -> None:
    desk.downloads.mkdir()
    with FileLock(desk.downloads / ".lock"), pytest.raises(LockedError) as caught:
        desk.outcomes("nama_10r_3gva")
    assert caught.value.exit_status == 4


def test_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    desk.downloads.mkdir()
    (desk.downloads / "eurostat-nama-10r-3gva").write_text("a file where the folder should be")
    with pytest.raises(StudyError, match="eurostat-nama-10r-3gva cannot be written: File exists"):
        desk.file("nama_10r_3gva")
