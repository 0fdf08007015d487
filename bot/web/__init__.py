"""The web page: a chat over the same conversation core, served by the bot itself, without any outside asset."""
