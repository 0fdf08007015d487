"""A language model may phrase an answer, never prove it: clauses go out, sentences come back, each checked."""
