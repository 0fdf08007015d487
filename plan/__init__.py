"""What a plan IS: pure, frozen data and pure functions over it. No files (but data), models or network."""
