"""How German speaks of a region, on the official names of 2023."""

import polars as pl
import pytest

from analysis import regions
from analysis.errors import UsageError
from analysis.grammar import district_forms

DISTRICTS = pl.DataFrame(
    {
        "ags": ["05158", "05162", "01001", "05962", "03241", "10041"],
        "name": [
            "Mettmann",
            "Rhein-Kreis Neuss",
            "Flensburg, Stadt",
            "Märkischer Kreis",
            "Region Hannover",
            "Regionalverband Saarbrücken",
        ],
        "kind": ["Kreis", "Kreis", "Kreisfreie Stadt", "Kreis", "Landkreis", "Landkreis"],
    }
)


@pytest.mark.parametrize(
    ("name", "kind", "forms"),
    [
        ("Mettmann", "Kreis", ("Kreis Mettmann", "im Kreis Mettmann", "des Kreises Mettmann", "der Kreis Mettmann")),
        (
            "Märkischer Kreis",
            "Kreis",
            ("Märkischer Kreis", "im Märkischen Kreis", "des Märkischen Kreises", "der Märkische Kreis"),
        ),
        (
            "Eifelkreis Bitburg-Prüm",
            "Landkreis",
            (
                "Eifelkreis Bitburg-Prüm",
                "im Eifelkreis Bitburg-Prüm",
                "des Eifelkreises Bitburg-Prüm",
                "der Eifelkreis Bitburg-Prüm",
            ),
        ),
        (
            "Städteregion Aachen",
            "Kreis",
            ("Städteregion Aachen", "in der Städteregion Aachen", "der Städteregion Aachen", "die Städteregion Aachen"),
        ),
        ("Neuss", "Stadtkreis", ("Neuss", "in Neuss", "Neuss’", "Neuss")),
    ],
)
def test_forms_of_a_name(name: str, kind: str, forms: tuple[str, ...]) -> None:
    assert district_forms(name, kind) == forms


def test_a_region_from_the_catalogue_and_one_from_its_key() -> None:
    found = regions.resolve(["hamburg", "05158"], pl.concat([DISTRICTS, _row("02000", "Hamburg", "Kreisfreie Stadt")]))
    assert [region.id for region in found] == ["hamburg", "05158"]
    assert found[1].in_ == "im Kreis Mettmann"
    assert found[0].land is None, "Hamburg is a Land itself"
    assert found[1].land == "05"


def _row(ags: str, name: str, kind: str) -> pl.DataFrame:
    return pl.DataFrame({"ags": [ags], "name": [name], "kind": [kind]})


@pytest.mark.parametrize("wanted", ["atlantis", "05999", "5158", "051581"])
def test_an_unknown_region_is_refused_with_the_known_ones(wanted: str) -> None:
    with pytest.raises(UsageError, match=wanted):
        regions.resolve([wanted], DISTRICTS)


def test_a_region_of_ones_own_is_four_lines(tmp_path) -> None:
    own = tmp_path / "regions.toml"
    own.write_text('[berg]\nname = "Bergisches Land"\nin = "im Bergischen Land"\ndistricts = ["05158"]\n', "utf-8")
    assert regions.load(own)["berg"].districts == ("05158",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[a]\nname = "A"\n', "lacks"),
        ('[a]\nname = "A"\ndistricts = [5111]\n', "five-digit"),
        ('[a]\nname = "A"\ndistricts = ["05111"]\ncolour = "red"\n', "colour"),
    ],
)
def test_a_faulty_region_is_named(tmp_path, text: str, said: str) -> None:
    own = tmp_path / "regions.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=said):
        regions.load(own)
