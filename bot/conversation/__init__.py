"""One conversation for every channel: a message in, replies out. Channels only translate; nothing here knows them."""
