"""A file becomes a plan: read → outline (the clause tree) → assignments → publish."""
