"""The methods of the study on a person's own figures: files in, methods run, tables out."""
