"""What arrives in place of a table is refused with its reason; what is packed is unpacked, and never believed."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources.containers import decoded, unpacked
from analysis.sources.originals import Original

TABLE = "﻿statistics_code;value\n13111;39667\n".encode()


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "packed", [zipped(("t.csv", TABLE)), gzip.compress(TABLE, mtime=0), TABLE], ids=["zip", "gzip", "plain"]
)
def test_one_table_comes_out_however_it_was_packed(packed: bytes) -> None:
    assert unpacked(Original("t.csv.gz", packed)).content == TABLE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n\x00\x00", "empty"),
        (zipped(("a.csv", TABLE), ("b.csv", TABLE)), "2 files"),
        (zipped(("../../etc/cron.csv", TABLE)), "outside its folder"),
        (zipped(("..\\a.csv", TABLE)), "outside its folder"),
        (zipped(("/a.csv", TABLE)), "outside its folder"),
        (zipped(("a.csv", TABLE * 50))[:-40], "broken"),
        (zipped(("a.csv", b"0" * 60_000_000)), "unpacks to more than"),
        (gzip.compress(b"0" * 60_000_000, mtime=0), "unpacks to more than"),
        (gzip.compress(TABLE, mtime=0)[:-9], "broken"),
    ],
    ids=range(10),
)
def test_a_bad_archive_is_refused_with_its_name(content: bytes, said: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        unpacked(Original("download", content))
    assert "download" in str(caught.value)


def test_a_flipped_byte_inside_an_archive_is_noticed() -> None:
    packed = bytearray(zipped(("a.csv", bytes(range(32, 120)) * 40)))
    packed[60] ^= 0xFF
    with pytest.raises(StudyError, match="broken"):
        unpacked(Original("a.zip", bytes(packed)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@given(words=st.text(alphabet="äöüßÄÖÜ€–§ abcxyz0123;,.\n", min_size=1))
def test_german_text_survives_every_encoding_in_use(encoding: str, words: str) -> None:
    text = f"Ämter;{words}"
    found = decoded(Original("t.csv", text.encode(encoding)))
    assert found.text == text
    assert found.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html><head><title>Wartung</title>", "web page titled 'Wartung'"),
        (b"\n <html>", "web page"),
        (b'{"Status": {"Code": 104, "Content": "Es gibt keine Objekte"}}', "keine Objekte"),
        (b'{"error": [{"label": "no such dataset"}]}', "no such dataset"),
        (b'{"Ident": {"Serv', "unfinished JSON"),
        (b"geo;value\n05111;3\x0012", "Line 2 holds the byte 0x00"),
        (b"geo;value\n05111;\x81", "Line 2 is neither UTF-8 nor cp1252"),
        ("Höhe;Größe;Länge\n".encode() * 9 + b"K\xf6ln", "Line 10 breaks the encoding"),
    ],
)
def test_what_is_no_table_says_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        decoded(Original("antwort.csv", content))


def test_json_data_is_no_error_message() -> None:
    assert decoded(Original("t.json", b'{"version": "2.0", "class": "dataset", "value": []}')).text
