"""The filter: figures in their places, names as names, and no report with a hole."""

import re

import pytest
from bs4 import BeautifulSoup

from analysis.errors import StudyError


def soup(path) -> BeautifulSoup:
    return BeautifulSoup(re.sub(r"<script\b.*?</script>", "", path.read_text("utf-8"), flags=re.S), "html.parser")


def test_a_fact_prints_its_figure_and_leads_to_its_entry(rendered):
    page = soup(rendered.folder / "out.html")
    fact = page.select_one('main a.fact[data-fact="duesseldorf.industry_share.total.2020"]')
    assert fact.get_text() == "9,1 %"
    entry = page.find(id=fact["href"][1:])
    for part in ("Anteil der Industrie", "9,1 %", "2020", "endgültig", "Statistische Ämter", "a@3", "insgesamt 14"):
        assert part in entry.get_text()
    assert "a@4" not in entry.get_text()


def test_cells_of_one_file_name_it_once(report):
    cells = [f"quelle@0123456789ab:L{line}C7" for line in (3, 4)] + ["andere@0123456789ab:L1C1", "germany.x.2019"]
    report.change(lambda content: content["facts"]["germany.industry_share.total.2020"].update(inputs=cells))
    entry = soup(report.html()).find(id="reg-germany.industry_share.total.2020").get_text()
    assert "quelle@0123456789ab:L3C7, L4C7, andere@0123456789ab:L1C1, germany.x.2019" in entry


def test_the_register_lists_each_fact_once_in_order_of_first_use(rendered):
    page = soup(rendered.folder / "out.html")
    entries = [entry["id"] for entry in page.select(".register-entry")]
    used = list(dict.fromkeys(link["href"][1:] for link in page.select("main a.fact")))
    assert entries == used
    numbers = [number.get_text() for number in page.select(".entry-number")]
    assert numbers == [f"{position}." for position in range(1, len(entries) + 1)]


@pytest.mark.parametrize("fmt", ["html", "pdf"])
@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("[network_job]{.fact}", "network_job'"),
        ("[employment_trends]{.statement}", "employment_trends'"),
        ("[dative]{.region}", "dative'"),
        ('::: {.figure key="employment" #fig-x}\n:::', "employment'"),
        ('::: {.data-table key="plants" #tbl-x}\n:::', "plants'"),
        ("[employees]{.fact show=interval}", "'interval'"),
        ("Siehe @fig-nowhere.", "@fig-nowhere"),
        ("Siehe [vgl. @sec-one].", "@sec-one"),
    ],
)
def test_an_unknown_key_stops_the_rendering_and_is_named(report, fmt, body, named):
    report.write(body)
    with pytest.raises(StudyError, match=re.escape(named)):
        report.html() if fmt == "html" else report.pdf()


def test_the_message_names_similar_keys(report):
    report.write("[network_job]{.fact}")
    with pytest.raises(StudyError, match=r"Similar: .*network_jobs"):
        report.html()


def test_a_label_given_twice_stops_the_rendering(report):
    report.write('::: {.figure key="branches" #fig-a}\n:::\n\n::: {.figure key="employment_index" #fig-a}\n:::')
    with pytest.raises(StudyError, match="fig-a' is given twice"):
        report.html()


def test_facts_without_a_register_stop_the_rendering(report):
    report.text.write_text('---\ntitle: "Probe"\nlang: de\n---\n\n[employees]{.fact}\n', "utf-8")
    with pytest.raises(StudyError, match="no register"):
        report.html()


def test_a_missing_cell_stops_the_rendering(report):
    def damage(content):
        content["tables"]["sites"]["rows"][1][2] = None

    report.change(damage)
    with pytest.raises(StudyError, match="row 2, column 3"):
        report.html()


def test_names_with_code_stay_text(rendered):
    page = soup(rendered.folder / "out.html")
    assert page.h1.get_text() == 'Industrie in <script>alert(1)</script> #import "x"'
    cells = [cell.get_text() for cell in page.select("#tbl-sites tbody th")]
    assert cells == ["Kraftwerk <script>alert(1)</script>", '#import "x" & Co. *KG* \\', "Papierfabrik Neuss"]
    assert "*Musterstadts* $x$" in page.main.get_text()
    assert "<b>fett</b>" in page.main.get_text()
    assert not page.main.find("b")
    assert "alert(1)</script>" not in (rendered.folder / "out.html").read_text("utf-8").replace("&lt;/script&gt;", "")


def test_figures_and_references_are_numbered_in_german(rendered):
    page = soup(rendered.folder / "out.html")
    captions = [" ".join(caption.get_text().split()) for caption in page.find_all("figcaption")]
    assert captions[0] == "Abbildung 1: Die Beschäftigung sank zuletzt auf 429.514"
    assert [caption.split(":")[0] for caption in captions] == [
        "Abbildung 1", "Abbildung 2", "Tabelle 1", "Abbildung 3", "Tabelle 2"]  # fmt: skip
    words = {link.get_text().replace("\u00a0", " ") for link in page.select("a.quarto-xref")}
    assert words == {"Abbildung 1", "Abbildung 2", "Tabelle 1", "Tabelle 2", "Kapitel 2", "Kapitel 2.1"}


def test_english_reports_count_in_english(report):
    report.write('See @fig-a and [-@fig-a] in @sec-one.\n\n::: {.figure key="branches" #fig-a}\n:::')
    report.text.write_text(report.text.read_text("utf-8").replace("de-DE", "en-GB"), "utf-8")
    report.change(lambda content: content.update(language="en"))
    page = soup(report.html())
    first = page.main.p.get_text().replace("\u00a0", " ")
    assert first == "See Figure 1 and 1 in Section 1."
    assert page.find("summary").get_text() == "Data of this figure"


def test_an_absent_figure_gives_its_reason_and_keeps_its_number(rendered):
    page = soup(rendered.folder / "out.html")
    absent = page.find(id="fig-sites-map")
    assert "Keine Abbildung: In der Region liegt keine Anlage" in absent.get_text()
    assert not absent.find("svg")


def test_claims_keep_what_the_proofreader_needs(rendered):
    claim = soup(rendered.folder / "out.html").select_one("main .claim")
    assert (claim.get_text(), claim["data-relation"]) == ("niedriger als", "lower")
    assert claim["data-left"] == "duesseldorf.industry_share.total.2020"
