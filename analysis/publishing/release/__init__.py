"""What may leave the house, kind by kind of file; `analysis.publishing.released` asks them all."""
