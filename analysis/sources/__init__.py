"""One module per official layout: bytes in, observations out. Nothing else in the study knows a layout."""
