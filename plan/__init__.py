"""What a plan IS: pure, frozen data and pure functions over it. No files (but the list of units), models or network."""
