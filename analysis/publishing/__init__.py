"""From a report's text and its figures to a page and a PDF: two engines, one theme, one proofreader."""
