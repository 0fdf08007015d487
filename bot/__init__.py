"""Talking with people: one conversation core, thin channels, the command line, settings, the composition root."""
