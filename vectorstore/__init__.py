"""Finding clauses: embeddings, Chroma, the word index, the retriever, and the catalog of plans and versions.

`Library` (in `vectorstore.library`) is the one door that `ingest` and `answer` use.
"""
