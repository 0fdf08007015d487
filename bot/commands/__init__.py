"""The commands of `kehoach`, one small module each. They print; the rooms they call do the work."""
