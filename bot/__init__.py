"""Talking with people: one conversation core, thin channels, the command line, settings, the composition root."""

__version__ = "0.1.0"
