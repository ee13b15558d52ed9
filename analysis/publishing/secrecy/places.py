"""Which cells of the table a row of words speaks of: its places, branches and years."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from analysis import regions
from analysis.publishing.secrecy.numbers import YEAR, Number
from analysis.publishing.secrecy.official import BRANCHES, DISJOINT, GERMANY, Official
from analysis.publishing.secrecy.rows import Row
from analysis.regions import Region
from analysis.wording import BRANCHES as LABELS

CODES = frozenset({"total", *(part for parts in BRANCHES.values() for part in parts)})
IN_BRACKETS = re.compile(r"\(([A-U](?:[–-][A-U])?)\)")
NETWORK = re.compile(r"Netzwerk|verbunden", re.IGNORECASE)
INDUSTRY = re.compile(r"Industrie|industry", re.IGNORECASE)
BASE = re.compile(r"(\d{4}) = 100")
ALL = re.compile(r"insgesamt|alle[nr]? Beschäftigten", re.IGNORECASE)


@dataclass(frozen=True)
class Places:
    """Names of places with the districts (or the Land, or Germany) they mean; one name may mean several."""

    official: Official
    names: Mapping[str, frozenset[str]]
    areas: frozenset[str]

    @classmethod
    def of(cls, official: Official, members: Iterable[Region], districts: Mapping[str, str]) -> "Places":
        """From the regions of an edition and the printed name of every district."""
        references = {regions.reference(key): (key,) for key in (GERMANY, *regions.LAENDER)}
        areas = {region: region.districts for region in members} | references
        found: dict[str, set[str]] = {}
        for region, keys in areas.items():
            for word in (region.id, region.name):
                found.setdefault(word, set()).update(keys)
        wide = frozenset(found)
        for ags, name in districts.items():
            for word in (ags, name):
                found.setdefault(word, set()).add(ags)
        return cls(official, {name: frozenset(keys) for name, keys in found.items()}, wide)

    @cached_property
    def _risky(self) -> frozenset[str]:
        """Districts of 2023 with a secret cell."""
        keys = {region for region, _, _ in self.official.secret}
        return frozenset(place for (place, _), parts in self.official.members.items() if keys & set(parts)) | keys

    @cached_property
    def _telling(self) -> list[str]:
        """Names of regions and Länder, of such districts, and names that hold one of these; longer ones first."""
        telling = [name for name, keys in self.names.items() if keys & self._risky or name in self.areas]
        wider = [name for name in self.names if any(part in name for part in telling)]
        return sorted({*telling, *wider}, key=len, reverse=True)

    def _within(self, text: str) -> list[str]:
        """Such names in a text, each as a word of its own and not as part of a longer one."""
        near = [re.escape(name) for name in self._telling if name in text]
        return re.findall(rf"(?<![\w-])(?:{'|'.join(near)})(?![\w-])", text) if near else []

    def risky(self, places: Iterable[str]) -> bool:
        """Whether one of these districts has a secret cell at all."""
        return not self._risky.isdisjoint(places)

    def named(self, words: Iterable[str]) -> frozenset[str] | None:
        """The places that words name: as a whole, else somewhere in them; None where they name none that matters."""
        texts = [word.strip() for word in words]
        whole = [self.names[text] for text in texts if text in self.names]
        if whole:
            return frozenset().union(*whole)
        inside = [self.names[name] for text in texts for name in self._within(text)]
        return frozenset().union(*inside) if inside else None

    def branches(self, row: Row) -> frozenset[str]:
        """The branches a row names, else those that the words around it name; none where nothing does."""
        return _branches(row.words) or _branches([row.context])

    def named_years(self, row: Row, number: Number) -> tuple[int, ...]:
        """The years of the table that a number's row or head names, with the base year of an index."""
        named = self._known([*row.words, number.head])
        return self._known([*map(str, named), *BASE.findall(row.context)]) if named else ()

    def years_around(self, row: Row) -> tuple[int, ...]:
        """Those that the words around a row name; all where they name none."""
        return self._known([row.context]) or self.official.years

    def _known(self, texts: Iterable[str]) -> tuple[int, ...]:
        named = {int(year) for text in texts for year in YEAR.findall(text)}
        return tuple(year for year in self.official.years if year in named)


_BY_LABEL = {label: code for code, label in LABELS.items() if code in CODES}
_STEMS = {label.rpartition(" (")[0]: code for label, code in _BY_LABEL.items() if "(" in label}


def _branches(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*map(_branches_in, texts))


@lru_cache(maxsize=4096)
def _branches_in(text: str) -> frozenset[str]:
    if NETWORK.search(text):
        return frozenset(DISJOINT)
    if text in CODES or text in _BY_LABEL:
        return frozenset({_BY_LABEL.get(text, text)})
    found = {code.replace("–", "-") for code in IN_BRACKETS.findall(text)} & CODES
    found |= {code for stem, code in _STEMS.items() if stem in text}
    found |= {"B-E"} if INDUSTRY.search(text) else set()
    found |= {"total"} if ALL.search(text) else set()
    return frozenset(found)
