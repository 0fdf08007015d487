"""A question becomes a checked answer: understand → find → compose → verify. No language model is needed."""
