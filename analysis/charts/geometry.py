"""Shapes on paper: simplified boundaries, the projection for Germany, and boxes of words that do not collide.

Maps are projected here, not in the page: words, circles and borders then share one system of px, and what is
drawn does not depend on the winding of a ring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from analysis.errors import StudyError

# Lambert's conformal cone for Germany as the official maps use it (parallels of EPSG 4839), on the sphere.
_LOWER, _UPPER, _MIDDLE = np.radians(48 + 2 / 3), np.radians(53 + 2 / 3), np.radians(10.5)


def lambert(coordinates: np.ndarray) -> np.ndarray:
    """Longitude and latitude (degrees, n x 2) on the conformal cone, in earth radii; x to the east, y to the south.

    Snyder, Map Projections: A Working Manual (1987), equations 15-1 to 15-4.
    """
    lon, lat = np.radians(coordinates[:, 0]), np.radians(coordinates[:, 1])
    tangent = lambda angle: np.tan(np.pi / 4 + angle / 2)  # noqa: E731 - the formula's own abbreviation
    cone = np.log(np.cos(_LOWER) / np.cos(_UPPER)) / np.log(tangent(_UPPER) / tangent(_LOWER))
    radius = np.cos(_LOWER) * tangent(_LOWER) ** cone / cone / tangent(lat) ** cone
    angle = cone * (lon - _MIDDLE)
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


@dataclass(frozen=True)
class Paper:
    """Where the projected plane lies on the sheet: px = scale x plane + offset."""

    scale: float
    left: float
    top: float
    width: float
    height: float

    @classmethod
    def around(cls, shapes: Sequence[BaseGeometry], width: float, height: float, left: float = 0) -> "Paper":
        """The largest scale at which the bounds of `shapes` (degrees) fit width x height px, starting at `left`."""
        plane = shapely.transform(np.array(shapes, dtype=object), lambert)
        west, north, east, south = shapely.total_bounds(plane)
        scale = min(width / (east - west), height / (south - north))
        return cls(scale, left - west * scale, -north * scale, (east - west) * scale, (south - north) * scale)

    def points(self, coordinates: np.ndarray) -> np.ndarray:
        return np.round(lambert(coordinates) * self.scale + np.array([self.left, self.top]), 1)

    def draw(self, geometry: BaseGeometry) -> BaseGeometry:
        return shapely.transform(geometry, self.points)


def simplify(boundaries: pl.DataFrame, tolerance: float = 0.03) -> dict:
    """District boundaries small enough for a page: frame `ags, name, geometry` (WKB, degrees) -> GeoJSON.

    Neighbours keep their common edges (coverage simplification by Visvalingam and Whyatt; `tolerance` in degrees is
    the square root of the smallest triangle kept: 0.03 for a map of Germany, 0.002 for that of a region). Coordinates
    have three decimals, outer rings run clockwise as d3 asks.
    """
    absent = {"ags", "name", "geometry"} - set(boundaries.columns)
    if absent:
        raise StudyError(f"The boundaries lack the columns {', '.join(sorted(absent))}", next_step="Import them again.")
    ordered = boundaries.sort("ags")
    shapes = shapely.coverage_simplify(shapely.from_wkb(ordered["geometry"].to_list()), tolerance)
    rounded = shapely.orient_polygons(shapely.transform(shapes, partial(np.round, decimals=3)), exterior_cw=True)
    features = [
        {"type": "Feature", "properties": {"ags": ags, "name": name}, "geometry": mapping(geometry)}
        for ags, name, geometry in zip(ordered["ags"], ordered["name"], rounded, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def subset(geojson: Mapping, districts: Sequence[str]) -> dict:
    """Only these districts; raises StudyError for a key without a boundary."""
    wanted = set(districts)
    features = [feature for feature in geojson["features"] if feature["properties"]["ags"] in wanted]
    absent = wanted - {feature["properties"]["ags"] for feature in features}
    if absent:
        raise StudyError(
            f"No boundary for {', '.join(sorted(absent))}", next_step="Check the keys against the territory of 2023."
        )
    return {"type": "FeatureCollection", "features": features}


def shapes_of(geojson: Mapping) -> dict[str, BaseGeometry]:
    """Geometry by district key, repaired where rounding made a ring touch itself."""
    return {
        feature["properties"]["ags"]: shapely.make_valid(shape(feature["geometry"])) for feature in geojson["features"]
    }


def mainland(geometry: BaseGeometry) -> BaseGeometry:
    """The parts that matter for a frame: an island a hundred km away (Neuwerk) would shrink the city to a corner."""
    parts = [part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type == "Polygon"]
    largest = max(part.area for part in parts)
    return shapely.union_all([part for part in parts if part.area >= largest / 20])


def hatch(geometry: BaseGeometry, spacing: float = 5) -> BaseGeometry:
    """Diagonal lines across a shape in px: the pattern for "no data"."""
    west, north, east, south = geometry.bounds
    starts = np.arange(np.floor((west - (south - north)) / spacing) * spacing, east, spacing)
    lines = [shapely.LineString([(x, south), (x + (south - north), north)]) for x in starts]
    return shapely.transform(
        shapely.intersection(shapely.MultiLineString(lines), geometry), partial(np.round, decimals=1)
    )


def feature(geometry: BaseGeometry, **columns: object) -> dict:
    """A GeoJSON feature whose columns stand beside its geometry, as a mark reads them."""
    return {"type": "Feature", "geometry": mapping(geometry), **columns}


@dataclass(frozen=True)
class Box:
    """A rectangle in px."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Common area in px²."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(across, 0.0) * max(down, 0.0)


def place_beside(x: float, y: float, reach: float, size: tuple[float, float], taken: Sequence[Box], frame: Box) -> Box:
    """The place for words of `size` px next to a mark of radius `reach` that overlaps least with what is `taken`.

    Right of the mark first, then left, above, below and the corners, then further out; inside `frame` where possible.
    """
    width, height = size
    best, least = None, float("inf")
    for distance in (reach + 4, reach + 16, reach + 30, reach + 48, reach + 70):
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.7), (0.8, 0.7), (-0.8, -0.7), (-0.8, 0.7)):
            left = x + dx * distance + (0 if dx > 0 else -width if dx < 0 else -width / 2)
            top = y + dy * distance + (0 if dy > 0.7 else -height if dy < -0.7 else -height / 2)
            box = Box(left, top, left + width, top + height)
            outside = width * height - box.overlap(frame)
            cost = outside * 4 + sum(box.overlap(other) for other in taken)
            if cost < least - 1e-6:
                best, least = box, cost
        if least < 1:
            break
    return best
