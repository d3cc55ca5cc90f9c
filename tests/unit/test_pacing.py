"""Sliding windows: what a platform would drop waits, exactly as long as it must."""

import pytest

from bot.channels.base import RateLimited
from bot.channels.pacing import Windows


def test_both_windows_hold_and_the_wait_is_exact() -> None:
    now = [0.0]
    windows = Windows(((3, 60.0), (5, 600.0)), lambda: now[0])
    for second in (0, 10, 20):
        now[0] = second
        windows.enter("li")
    now[0] = 30
    windows.enter("wang")
    with pytest.raises(RateLimited) as refused:
        windows.enter("li")
    assert refused.value.retry_after_s == 30
    now[0] = 60
    windows.enter("li")
    now[0] = 75
    windows.enter("li")
    now[0] = 200
    with pytest.raises(RateLimited) as refused:
        windows.enter("li")
    assert refused.value.retry_after_s == 400
    now[0] = 600
    windows.enter("li")
