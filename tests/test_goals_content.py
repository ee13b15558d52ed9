"""The goals of the five frameworks: complete, in our own words, honest about limits, every number a quotation."""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / "../shared/data"
DOCUMENTS = ROOT / "../shared/documents"
needs_register = pytest.mark.skipif(not SHARED.exists(), reason="the official files are absent")

IDS = re.findall(
    r"\S+",
    """
DUS-MI-G1 DUS-MI-G2 DUS-MI-G3 DUS-MI-F1 DUS-MI-F2 DUS-MI-F3 DUS-MI-F4 DUS-MI-F5 DUS-MI-F6 DUS-MI-F7 DUS-MI-F8
DUS-MI-T1 DUS-MI-T2 DUS-MI-T3 DUS-MI-E1 DUS-MI-E2 DUS-MI-E3 DUS-MI-E4 DUS-MI-I1 DUS-MI-I2 DUS-MI-I3
DUS-NI-1 DUS-NI-2 DUS-NI-3 DUS-NI-4 DUS-NI-5 DUS-NI-6 DUS-NI-7 DUS-NI-8
DUS-KP-1 DUS-KP-2 DUS-KP-3 DUS-KP-4 DUS-KP-5 DUS-KP-6 DUS-KP-7 DUS-KP-8 DUS-KP-9
HH-BU-G1 HH-BU-G2 HH-BU-G3 HH-BU-1 HH-BU-2 HH-BU-3a HH-BU-3b HH-BU-3c HH-BU-4a HH-BU-4b HH-BU-4c HH-BU-4d
HH-BU-5a HH-BU-5b
RR-S1 RR-S2 RR-S3 RR-S4a RR-S4b RR-S5a RR-S5b RR-HF1 RR-HF2 RR-HF3 RR-HF4 RR-HF5 RR-HF6
RR-ZK1a RR-ZK1b RR-ZK1c RR-ZK2 RR-ZM1a RR-ZM1b RR-ZM2 RR-ZL1a RR-ZL1b RR-ZL2a RR-ZL2b RR-ZL3a RR-ZL3b RR-ZL3c
""",
)
FRAMEWORK_OF_PREFIX = {
    "DUS-MI": "masterplan-duesseldorf",
    "DUS-NI": "netzwerk-industrie",
    "DUS-KP": "klimapakt",
    "HH-BU": "buendnis-hamburg",
    "RR": "revierknoten",
}
THEMES = {
    "space",
    "innovation",
    "energy_climate",
    "skills_jobs",
    "acceptance",
    "investment",
    "administration",
    "networks",
}
ALLOWED = {
    "kind": {"quantitative", "qualitative", "benchmark", "rule"},
    "direction": {"up", "down", "hold", "balanced", "done", "none"},
    "status": {"reached", "assessed", "not_assessable"},
}
REQUIRED = [
    "id framework field_de theme horizon kind direction text_de text_en indicator indicator_de evidence status",
    "reason_de reason_en needed_data_de needed_data_en quoted review",
]
OPTIONAL = "evidence_text_de evidence_text_en evidence_source evidence_date target"
MILESTONE = {"evidence_text_de", "evidence_text_en", "evidence_source", "evidence_date"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
# "−67,7 % erreicht", "zu 40 Prozent umgesetzt": what a qualitative goal must never say.
DEGREE = re.compile(
    r"\d\s*(%|Prozent|percent)[^.;]*(erreicht|erfüllt|umgesetzt|reached|fulfilled|achieved)", re.IGNORECASE
)


def load() -> dict:
    """The whole catalogue of goals."""
    return tomllib.loads((ROOT / "analysis" / "goals.toml").read_text("utf-8"))


CATALOGUE = load()
GOALS = CATALOGUE["goal"]
BY_ID = {goal["id"]: goal for goal in GOALS}
each_goal = pytest.mark.parametrize("goal", GOALS, ids=[goal["id"] for goal in GOALS])
each_framework = pytest.mark.parametrize("framework", CATALOGUE["frameworks"].items(), ids=lambda item: item[0])


def texts(entry: dict) -> list[str]:
    """Every text of a goal or framework that a reader may see, except ids, keys and dates of sources."""
    unseen = {"id", "framework", "theme", "horizon", "kind", "direction", "status", "source", "evidence_date", "year"}
    return [value for key, value in entry.items() if isinstance(value, str) and key not in unseen]


def numbers(entry: dict) -> set[str]:
    """The number strings in those texts."""
    return {number for text in texts(entry) for number in NUMBER.findall(text)}


def words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return re.findall(r"\w+", text.lower())


def phrases(text: str, length: int) -> set[tuple[str, ...]]:
    """All runs of `length` words."""
    found = words(text)
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def test_all_79_goals_are_there_once_and_in_order():
    assert [goal["id"] for goal in GOALS] == IDS
    assert len(set(IDS)) == 79


@each_goal
def test_goal_has_its_fields_and_known_values(goal):
    required = {name for line in REQUIRED for name in line.split()}
    assert required <= set(goal) <= required | set(OPTIONAL.split())
    assert all(goal[name] in values for name, values in ALLOWED.items())
    assert goal["theme"] in THEMES
    assert goal["horizon"] in {"short", "mid", "long", "none"} or re.fullmatch(r"20\d\d", goal["horizon"])
    assert goal["review"] == "nächste Ausgabe" or re.fullmatch(r"20\d\d", goal["review"])
    assert all(text.strip() for text in texts(goal))


@each_goal
def test_goal_belongs_to_its_framework(goal):
    prefix = next(prefix for prefix in FRAMEWORK_OF_PREFIX if goal["id"].startswith(prefix + "-"))
    framework = CATALOGUE["frameworks"][goal["framework"]]
    assert goal["framework"] == FRAMEWORK_OF_PREFIX[prefix]
    assert goal["field_de"] in framework["fields"]


@each_goal
def test_goal_is_told_shortly(goal):
    assert len(goal["text_de"]) <= 140
    assert len(goal["text_en"]) <= 140


@each_goal
def test_every_number_is_declared_a_quotation(goal):
    assert set(goal["quoted"]) == numbers(goal)


@each_goal
def test_status_says_why(goal):
    if goal["status"] == "not_assessable":
        assert goal["reason_de"].startswith("Nicht beurteilbar, weil ")
        assert goal["reason_en"].startswith("Not assessable: ")
    if goal["status"] == "reached":
        assert goal["reason_de"].startswith("Erreicht")
        assert set(goal) >= MILESTONE
    assert ("target" in goal) == (goal["status"] == "assessed")


@each_goal
def test_milestones_name_source_and_date(goal):
    assert set(goal) & MILESTONE in (set(), MILESTONE)
    assert all(key in CATALOGUE["sources"] for key in goal.get("evidence_source", []))
    assert DATE.fullmatch(goal.get("evidence_date", "2020"))


@each_goal
def test_no_degree_of_achievement_and_nothing_is_late(goal):
    everything = " ".join(texts(goal)).lower()
    assert not any(word in everything for word in ("überfällig", "verspätet", "overdue", "verfehlt"))
    if goal["kind"] != "quantitative":
        assert not DEGREE.search(everything)
        assert goal["status"] != "assessed"


@each_goal
def test_evidence_is_an_indicator_of_the_catalogue(goal):
    known = tomllib.loads((ROOT / "analysis" / "indicators.toml").read_text("utf-8"))
    assert {key.split(".")[0] for key in goal["evidence"]} <= set(known)
    assert len(set(goal["evidence"])) == len(goal["evidence"])


def test_only_the_two_quantified_targets_with_a_series_are_assessed():
    assert {goal["id"] for goal in GOALS if goal["status"] == "assessed"} == {"DUS-KP-2", "HH-BU-G3"}
    assert BY_ID["DUS-KP-2"]["target"]["value"] == 2.0
    assert BY_ID["DUS-KP-2"]["target"]["year"] == 2035
    hamburg = BY_ID["HH-BU-G3"]["target"]
    assert (hamburg["base_year"], hamburg["change_percent"], hamburg["year"]) == (1990, -45.0, 2030)


def test_reached_are_the_four_documented_milestones():
    reached = [goal["id"] for goal in GOALS if goal["status"] == "reached"]
    assert reached == ["DUS-KP-7", "DUS-KP-9", "HH-BU-G1", "HH-BU-1"]


def test_known_traps_are_told():
    assert BY_ID["DUS-MI-E3"]["status"] == "not_assessable"
    assert "Basisjahr" in BY_ID["DUS-MI-E3"]["reason_de"]
    assert "Bezugsgröße" in BY_ID["DUS-MI-E3"]["reason_de"]
    assert BY_ID["DUS-NI-1"]["kind"] == "benchmark"
    assert "Klimaplan" in BY_ID["HH-BU-G3"]["reason_de"]
    assert "keinen Abstand" in BY_ID["DUS-MI-G3"]["reason_de"]


def test_climate_neutrality_states_the_contradiction_of_its_source():
    told = BY_ID["DUS-KP-1"]["evidence_text_en"]
    start, target = (float(re.search(pattern, told)[1]) for pattern in (r"states ([\d.]+)", r"and ([\d.]+)"))
    assert round((target / start - 1) * 100, 1) == -67.7
    assert "two thirds" in told and "78" in told


def test_the_matrix_has_no_empty_theme_and_every_language():
    assert set(CATALOGUE["themes"]) == THEMES
    assert all(set(label) == {"de", "en"} for label in CATALOGUE["themes"].values())
    assert set(Counter(goal["theme"] for goal in GOALS)) == THEMES


@each_framework
def test_framework_is_described(framework):
    ident, entry = framework
    stems = ("actors", "document", "date", "aim", "position_assessment")
    assert {"regions", "title", "title_en", "short", "year", "source"} <= set(entry)
    assert {f"{stem}_{language}" for stem in stems for language in ("de", "en")} <= set(entry)
    assert isinstance(entry["position_assessment"], bool)
    assert entry["source"] in CATALOGUE["sources"]
    assert set(entry["quoted"]) == numbers(entry)
    assert set(entry["fields"]) == {goal["field_de"] for goal in GOALS if goal["framework"] == ident}


def test_framework_regions_exist_and_only_the_masterplan_asks_for_reports():
    known = tomllib.loads((ROOT / "analysis" / "regions.toml").read_text("utf-8"))
    frameworks = CATALOGUE["frameworks"]
    assert all(region in known for entry in frameworks.values() for region in entry["regions"])
    assert [ident for ident, entry in frameworks.items() if entry["position_assessment"]] == ["masterplan-duesseldorf"]


def test_every_source_is_used_and_says_how_it_was_seen():
    used = {key for goal in GOALS for key in goal.get("evidence_source", [])}
    used |= {entry["source"] for entry in CATALOGUE["frameworks"].values()}
    assert used == set(CATALOGUE["sources"])
    for source in CATALOGUE["sources"].values():
        assert source["seen"] in {"text", "passage"}
        assert source["url"].startswith("http") and source["publisher"] and source["title"]
        assert source["date"] == "" or DATE.fullmatch(source["date"])


@needs_register
def test_ids_and_frameworks_equal_the_register():
    with (SHARED / "goal_register.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == IDS
    for row in rows:
        goal = BY_ID[row["id"]]
        assert goal["text_de"] != row["label_de"] and goal["text_en"] != row["statement_en"]
        assert goal["horizon"] == (row["horizon"] or goal["horizon"])
        assert (goal["kind"] == "benchmark") == (row["tracking_mode"] == "benchmark")


@needs_register
@each_goal
def test_goal_is_told_in_our_own_words(goal):
    documents = " ".join(path.read_text("utf-8") for path in sorted(DOCUMENTS.glob("*.txt")))
    register = (SHARED / "goal_register.csv").read_text("utf-8")
    told = " ".join([goal["text_de"], goal["reason_de"], goal.get("evidence_text_de", "")])
    assert not phrases(told, 6) & phrases(documents, 6)
    assert not phrases(goal["text_en"], 6) & phrases(register, 6)


@needs_register
def test_hamburg_target_agrees_with_the_planned_value_of_the_series():
    with (SHARED / "18_city_co2" / "hamburg.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["category"] == "Industrie"]
    value = {(row["year"], row["type"]): float(row["co2"]) for row in rows}
    change = (value["2030", "geplant"] / value["1990", "real"] - 1) * 100
    assert change == pytest.approx(BY_ID["HH-BU-G3"]["target"]["change_percent"], abs=0.5)
