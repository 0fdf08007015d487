"""How the embedding model in `models/` was made: the data, and the scripts that remake it. The bot never imports it."""
