"""`python -m tests.evaluation` is what `make eval` runs."""

from tests.evaluation.run import main

main()
