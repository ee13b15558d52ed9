"""The proofreader finds what it is for, each fault injected, and lets a clean report pass."""

import pytest

from analysis.errors import StudyError
from analysis.publishing import proofread
from analysis.publishing.proofread import ensure, proofread_html

LEFT, RIGHT = "duesseldorf.industry_share.total.2020", "germany.industry_share.total.2020"
HEAD = '<!DOCTYPE html><html lang="de-DE"><head><title>x</title></head><body><main><h1>Titel</h1><h2>Kapitel</h2>'


@pytest.fixture
def objections(tmp_path, rendered):
    """Objections to a page whose main part is the given HTML."""

    def read(body: str, **facts) -> list:
        path = tmp_path / "page.html"
        path.write_text(f"{HEAD}{body}</main></body></html>", "utf-8")
        return proofread_html(path, rendered.facts | facts)

    return read


def kinds(problems) -> list[str]:
    return [problem.kind for problem in problems]


def test_the_fixture_is_clean(rendered):
    assert proofread_html(rendered.folder / "out.html", rendered.facts) == []
    ensure(rendered.folder / "out.html", rendered.facts)


def test_a_typed_figure_in_a_rendered_report_is_found_with_its_place(report):
    report.write("## Lage\n\nEs gibt [employees]{.fact} Beschäftigte, davon 429.000 in Vollzeit.")
    problems = proofread_html(report.html(), report.facts)
    assert kinds(problems) == ["typed figure"]
    assert "Lage" in problems[0].place and "429.000" in problems[0].excerpt and "[key]{.fact}" in problems[0].cure


@pytest.mark.parametrize(
    "text",
    ["12 Betriebe", "um 1,2 Prozent", "etwa 2045 Personen", "2020 Beschäftigte", "3. Platz", "x² ist", "−5", "1.200",
     "2.020", "im Jahr 1850", "20,5", "auf 2050 Euro", "im Jahr 2101"],
)  # fmt: skip
def test_digits_in_prose_are_refused(objections, text):
    assert "typed figure" in kinds(objections(f"<p>Das sind {text} hier.</p>"))


@pytest.mark.parametrize(
    "text",
    ["von 2019 bis 2020", "am 30. Juni 2020", "nach WZ 2008", "Tabelle 13111-07-05-4", "Tabelle 12411-0018",
     "CO2 und CO₂",
     "NUTS 3", "PDF/UA-1", "dl-de/by-2-0", "CC BY 4.0", "§ 16 BStatG", "Abbildung 3 und Tabelle 2", "2012/13",
     "ESVG 2010", "zum 31.12.2020", "Richtlinie 2003/87/EG", "WCAG 2.1 AA", "2008–2019",
     "Datenlizenz Deutschland – Namensnennung – Version 2.0"],
)  # fmt: skip
def test_names_and_dates_may_carry_digits(objections, text):
    assert objections(f"<p>Das gilt {text}.</p>") == []


def test_generated_parts_may_carry_digits(objections):
    body = (
        "<table><tr><td>429.514</td></tr></table><div class='source'><p>Quelle: 17</p></div>"
        "<div class='register'><p>1. 429</p></div><span class='region'>Kreis 7</span>"
    )
    assert objections(body) == []


def test_a_fact_must_print_what_the_sidecar_says(objections):
    link = f'<p id="reg"><a class="fact" href="#reg" data-fact="{LEFT}" data-show="value">9,2 %</a></p>'
    assert kinds(objections(link)) == ["changed fact"]
    assert objections(link.replace("9,2", "9,1")) == []
    assert kinds(objections(link.replace(LEFT, "no.such.fact"))) == ["unknown fact"]


@pytest.mark.parametrize("field", ["unit", "period"])
def test_a_fact_without_unit_or_period_is_refused(objections, rendered, field):
    fact = rendered.facts[LEFT] | {field: ""}
    link = f'<p id="reg"><a class="fact" href="#reg" data-fact="{LEFT}" data-show="value">9,1 %</a></p>'
    assert kinds(objections(link, **{LEFT: fact})) == [f"fact without {field}"]


def claim(word: str, relation: str, left: str = LEFT, right: str = RIGHT) -> str:
    span = f'<span class="claim" data-relation="{relation}" data-left="{left}" data-right="{right}">{word}</span>'
    return f"<p>Der Anteil ist {span} im Land.</p>"


def test_a_wrong_word_is_found(objections):
    problems = objections(claim("höher", "higher"))
    assert kinds(problems) == ["false comparison"]
    assert "9.1 is not 'higher' against 20.6" in problems[0].cure
    assert objections(claim("niedriger", "lower")) == []
    assert objections(claim("weniger als halb so hoch wie", "lower")) == []
    assert kinds(objections(claim("mehr als doppelt so hoch", "higher", RIGHT, LEFT))) == []


def test_a_word_that_says_another_relation_than_its_claim_is_found(objections):
    assert "asserts 'higher'" in objections(claim("höher", "lower"))[0].cure


def test_unknown_words_and_facts_support_no_claim(objections):
    assert "not in analysis/lexicon.py" in objections(claim("famoser", "higher"))[0].cure
    assert "unknown facts: x.y.2020" in objections(claim("höher", "higher", "x.y.2020"))[0].cure
    secret = objections(claim("höher", "higher", "duesseldorf.secret.C.2020"))
    assert "unknown" in secret[0].cure


def test_a_comparison_without_facts_is_found(objections):
    problems = objections("<p>Die Industrie ist stärker als anderswo.</p>")
    assert kinds(problems) == ["comparison without facts"]
    assert "stärker als" in problems[0].excerpt


def test_definitions_may_compare(objections):
    assert objections("<details class='background'><p>Je höher der Wert, desto größer der Anteil.</p></details>") == []
    assert objections("<p>Werte <span class='general'>größer</span> als eins heißen Spezialisierung.</p>") == []
    assert objections("<p>Das gilt nicht mehr, und über die Jahre schon gar nicht.</p>") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Der Wert ist nan.", "leftover"),
        ("Der Wert ist None.", "leftover"),
        ("null", "leftover"),
        ("?meta:jobs", "leftover"),
        ("{{&lt; meta x &gt;}}", "leftover"),
        ("siehe @fig-jobs", "leftover"),
        ("siehe ??", "leftover"),
        ("gva_per_head", "leftover"),
        ("total employees", "English word"),
    ],
)
def test_leftovers_are_found(objections, text, kind):
    assert kind in kinds(objections(f"<p>{text}</p>"))


def test_titles_of_foreign_sources_are_no_fault(objections):
    title = "Eurostat: Employment by industry and NUTS 3 region"
    assert objections(f"<table><tr><td>{title}</td></tr></table><div class='source'><p>{title}</p></div>") == []
    assert kinds(objections(f"<p>{title}</p>")) == ["English word"]


def test_column_names_in_charts_and_tables_are_found(objections):
    chart = '<svg role="img" aria-label="Balken"><text>value</text></svg>'
    assert kinds(objections(chart)) == ["English word"]
    assert kinds(objections("<table><tr><th>gva_eur</th></tr></table>")) == ["leftover"]


@pytest.mark.parametrize(
    "element",
    [
        '<img src="https://example.org/a.png" alt="x">',
        '<script src="//cdn.example.org/x.js"></script>',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<iframe src="https://example.org"></iframe>',
        "<style>@import 'https://example.org/x.css';</style>",
        "<style>p{background:url(https://example.org/x.png)}</style>",
    ],
)
def test_resources_of_other_hosts_are_found(objections, element):
    assert kinds(objections(element)) == ["other host"]


def test_ordinary_links_to_sources_are_fine(objections):
    assert objections('<p><a href="https://www.regionalstatistik.de">Regionalstatistik</a></p>') == []


@pytest.mark.parametrize(
    "image", ['<img src="data:,">', '<img src="data:," alt=" ">', "<svg></svg>", '<svg role="img" aria-label=""></svg>']
)
def test_images_without_text_are_found(objections, image):
    assert kinds(objections(image)) == ["image without text"]


def test_dead_links_and_double_ids_are_found(objections):
    assert kinds(objections('<p><a href="#nowhere">dort</a></p>')) == ["dead link"]
    assert kinds(objections('<p id="a">x</p><p id="a">y</p>')) == ["id given twice"]


def test_ensure_lists_every_objection(tmp_path, rendered):
    path = tmp_path / "page.html"
    path.write_text(f"{HEAD}<p>17 Betriebe</p><p>nan</p></main></body></html>", "utf-8")
    with pytest.raises(StudyError, match=r"objects 2 times[\s\S]*17 Betriebe[\s\S]*nan"):
        ensure(path, rendered.facts)


def test_every_allowed_form_gives_a_reason():
    assert all(form.reason for form in proofread.allowed.FORMS)
