"""Kills of the real command at any moment of its work: afterwards all is as before or as after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaign.attacked import DEEDS, OTHER, Attacked
from tests.campaign.conftest import TIMES, Tally
from tests.campaign.small_model import small_model

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600 * TIMES + 900)]

FROM_A_SHELL = 20  # one of so many is started as a shell would, interpreter and all
ASKED = 40  # one of so many is followed by a question, whose quote must stand in the live version


def test_kills(tally: Callable[[str], Tally], tmp_path: Path) -> None:
    told = tally("kills")
    under_attack = Attacked(tmp_path, small_model(tmp_path / "model"))
    before = under_attack.state()
    for chance in told.rounds(30, 240):
        deed, from_a_shell = chance.choice(DEEDS), told.tries % FROM_A_SHELL == 0
        told.count("killed", under_attack.kill(chance, deed, before, from_a_shell))
        under_attack.begin_anew()
        after = under_attack.state()
        fault = under_attack.fault(deed, before, after)
        if told.tries % ASKED == 0:
            fault = fault or under_attack.quote_fault()
        if fault:
            told.halves.append(f"{deed} at try {told.tries}: {fault}")
        if OTHER not in after.live:
            under_attack.put_back()
            after = under_attack.state()
        before = after
    assert told.tries
    assert told.is_clean(), told
