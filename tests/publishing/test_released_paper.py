"""The words of a PDF page are read whole, wherever and however they are drawn."""

import io
import re

import pypdf

from analysis.publishing.release.pdf_text import Reader, letters_of, lines
from tests.publishing.edition import pdf


def read(content: bytes) -> list:
    return Reader().page(pypdf.PdfReader(io.BytesIO(content)).pages[0])


def test_words_are_read_with_their_escapes_and_forms() -> None:
    form = "<</Type/XObject/Subtype/Form/BBox[0 0 100 50]/Resources<</Font<</F1 5 0 R>>>>/Length 43>>\nstream\n"
    form += "BT /F1 9 Tf 5 5 Td [(4)-20(8) 3(,2)] TJ ET   \nendstream"
    drawn = r"q 1 0 0 1 50 50 cm BT /F1 9 Tf 0 0 Td (M\374ller \(B\\E\) {text}) Tj ET Q /x0 Do"
    content = pdf("9,2", drawn=drawn, objects=(form,)).replace(
        b"/Font<</F1 5 0 R>>>>/C", b"/Font<</F1 5 0 R>>/XObject<</x0 7 0 R>>>>/C"
    )
    assert [one.text for one in read(content)] == ["Müller (B\\E) 9,2", "48,2"]


def test_letters_set_one_by_one_are_one_number() -> None:
    drawn = "".join(f"BT /F1 10 Tf {50 + 6 * n} 700 Td ({letter}) Tj ET " for n, letter in enumerate("9,23532"))
    assert lines(read(pdf(drawn=drawn + "BT /F1 10 Tf 300 700 Td (x) Tj ET"))) == "9,23532\nx"


def test_letters_of_a_typeface_by_single_codes_and_ranges() -> None:
    table = b"2 beginbfchar <0001> <0041> <0002> <00660069> endbfchar 1 beginbfrange <0010> <0012> <0030> endbfrange"
    assert letters_of(table) == {1: "A", 2: "fi", 16: "0", 17: "1", 18: "2"}
    several = b"1 beginbfrange <0005> <0006> [<0061> <0062>] endbfrange"
    assert letters_of(several) == {5: "a", 6: "b"}


def test_a_rendered_report_is_read_as_pypdf_reads_it(rendered) -> None:
    reader = pypdf.PdfReader(rendered.folder / "out.pdf")
    ours, number = Reader(), re.compile(r"\d[\d.]*,\d+")
    for page in reader.pages:
        words = ours.page(page)
        assert sorted(number.findall(lines(words))) == sorted(number.findall(page.extract_text()))
        assert not any(one.unseen for one in words)
    assert not ours.unreadable
