"""A language model as a reader: it is shown numbered pieces of plans and gives back numbers."""
