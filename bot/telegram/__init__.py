"""Telegram as a thin channel: what arrives becomes `Incoming`, what the conversation replies becomes messages."""
