"""`python -m bot` is `kehoach`."""

from bot.cli import main

main()
