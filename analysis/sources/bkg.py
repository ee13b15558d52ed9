"""District boundaries of BKG's VG5000 as GeoJSON (WGS 84): keys, names and the full-resolution polygons."""

import json
from collections.abc import Sequence

import polars as pl
import shapely
from shapely.geometry import shape

from analysis.errors import StudyError
from analysis.sources.originals import Original, Reading, only

DISTRICTS_2023 = 400


def boundaries(originals: Sequence[Original], source: str) -> Reading:
    """Reference table `boundaries`: ags, name (GEN), kind (BEZ), nuts3, geometry (WKB, not simplified).

    Raises StudyError for a doubled key, an invalid polygon or another number of districts than 400.
    """
    original = only(originals, source)
    features = json.loads(original.content)["features"]
    records = []
    for feature in features:
        labels = feature["properties"]
        polygon = shape(feature["geometry"])
        if not polygon.is_valid:
            raise StudyError(f"The polygon of {labels['AGS']} {labels['GEN']} is not valid", where=original.name)
        records.append((labels["AGS"], labels["GEN"], labels["BEZ"], labels["NUTS"], shapely.to_wkb(polygon)))
    frame = pl.DataFrame(records, schema=["ags", "name", "kind", "nuts3", "geometry"], orient="row").sort("ags")
    if frame["ags"].n_unique() != frame.height or frame.height != DISTRICTS_2023:
        raise StudyError(f"The file holds {frame.height} areas instead of {DISTRICTS_2023} districts of 2023")
    return Reading({"boundaries": frame})
