"""Pure functions on tidy polars frames and numpy arrays: no disk, no database, no global state."""
