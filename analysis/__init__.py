"""The Industriemonitor: regional industry studies from official German statistics."""
