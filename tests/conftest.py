"""What every test runs under."""

from __future__ import annotations

import os

# On a busy machine the model's threads would otherwise spend most of their time spinning for one another.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
