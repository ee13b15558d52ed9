"""The cubes in a JSON-stat answer, whatever its version: dimensions and categories in order, and what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import prod
from typing import Any

from analysis.errors import StudyError

_LARGEST = 50_000_000
_DOWNLOAD = "Download it again, as JSON-stat."


@dataclass(frozen=True)
class Dimension:
    """A dimension: its categories' codes in order, their labels, and the units some codes have."""

    name: str
    codes: list[str]
    labels: list[str]
    units: Mapping[str, str]


@dataclass(frozen=True)
class Dataset:
    """One cube. `content` is its JSON; `where` says for errors where it stands."""

    name: str
    content: Mapping[str, Any]
    where: str

    @cached_property
    def dimensions(self) -> list[Dimension]:
        """In the order of `id`, each checked against `size`."""
        described = self.content["dimension"]
        names = self.content.get("id", described.get("id"))
        sizes = self.content.get("size", described.get("size"))
        if not names or not sizes or len(names) != len(sizes) or len(set(names)) != len(names):
            raise self._damaged(f"The dimensions {names} and their sizes {sizes} do not fit")
        return [self._dimension(name, size) for name, size in zip(names, sizes, strict=True)]

    @cached_property
    def positions(self) -> int:
        """Number of cells of the cube. Raises StudyError for more than any table has: a few lines can claim them."""
        count = prod(len(dimension.codes) for dimension in self.dimensions)
        if count > _LARGEST:
            raise self._damaged(f"The dimensions make {count:,} cells, more than a table has")
        return count

    @property
    def table(self) -> str:
        """The publisher's code: from `extension` (Eurostat), the older answers' `code`, else the name."""
        extension = self.content.get("extension")
        known = extension.get("id") if isinstance(extension, Mapping) else None
        last = str(self.content.get("href") or "").rstrip("/").rsplit("/", 1)[-1].split("?")[0].removesuffix(".json")
        return str(known or self.content.get("code") or self.name or last or self.content.get("label") or "")

    @property
    def title(self) -> str:
        """Label of the cube."""
        return str(self.content.get("label") or self.content.get("title") or self.table)

    @property
    def updated(self) -> str:
        """Date of the last update, ISO; older answers give milliseconds."""
        stamp = self.content.get("updated") or self.content.get("lastUpdateDate") or ""
        if isinstance(stamp, int):
            return datetime.fromtimestamp(stamp / 1000, UTC).date().isoformat()
        return stamp[:10]

    def role(self, part: str) -> str | None:
        """The first dimension the file gives this part (`time`, `geo`, `metric`)."""
        roles = self.content.get("role") or self.content["dimension"].get("role") or {}
        return next(iter(roles.get(part) or ()), None)

    def _dimension(self, name: str, size: int) -> Dimension:
        category = self.content["dimension"].get(name, {}).get("category")
        if not isinstance(category, Mapping):
            raise self._damaged(f"The dimension {name!r} has no categories")
        labels, index = category.get("label") or {}, category.get("index") or list(category.get("label") or {})
        codes = sorted(index, key=index.get) if isinstance(index, Mapping) else list(index)
        if len(codes) != size or (isinstance(index, Mapping) and sorted(index.values()) != list(range(size))):
            raise self._damaged(f"The dimension {name!r} has {len(codes)} categories instead of {size}")
        units = {code: str(unit.get("label", "")) for code, unit in (category.get("unit") or {}).items()}
        return Dimension(name, codes, [str(labels.get(code, code)) for code in codes], units)

    def _damaged(self, what: str) -> StudyError:
        return StudyError(what, where=self.where, next_step=_DOWNLOAD)


def datasets(answer: Any, file: str) -> list[Dataset]:
    """All cubes of an answer. Raises StudyError when there is none, or only links to some."""
    found = list(_walk(answer, "", file))
    if not found:
        raise StudyError(
            "The JSON holds no cube with dimensions and values",
            where=file,
            next_step="A collection of links holds no figures: download the data sets it names.",
        )
    return found


def _walk(answer: Any, name: str, file: str) -> Iterator[Dataset]:
    if not isinstance(answer, Mapping):
        return
    if isinstance(answer.get("dimension"), Mapping) and "value" in answer:
        yield Dataset(name, answer, f"{file}, {name}" if name else file)
    elif answer.get("class") == "collection":
        for item in answer.get("link", {}).get("item", []):
            yield from _walk(item, "", file)
    else:
        for key, value in answer.items():
            if isinstance(value, Mapping) and "dimension" in value:
                yield from _walk(value, "" if key == "dataset" else key, file)
