"""The Industriemonitor: regional industry studies from official German statistics."""

import sys

# jsonschema, which Altair and nbformat need, loads rfc3987_syntax only to check internationalised links, and that
# builds a grammar for about three seconds in each process. No chart or notebook of ours holds such links, so the
# package is declared absent, which jsonschema allows for. tests/test_conventions.py says when this can go.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
