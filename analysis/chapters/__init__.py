"""What each notebook calls: one module a chapter, which enters its facts, sentences, figures and tables."""
