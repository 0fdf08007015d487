"""What a plan IS: pure, frozen data and pure functions over it. Nothing here reads files, models or the network."""
