"""What the bot tells people unasked: what changed, what is due, who wants to be let in."""
