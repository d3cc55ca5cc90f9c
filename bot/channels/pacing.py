"""How much one receiver may be sent: sliding windows, so that what exceeds a platform's limit waits instead of being lost."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from bot.channels.base import RateLimited

KEPT = 20_000
"""Receivers remembered at most; those not written to for the longest go first."""


class Windows:
    """`limits`: (messages, seconds) pairs that all hold for each receiver. `elapsed` is a monotonic stopwatch."""

    def __init__(self, limits: Sequence[tuple[int, float]], elapsed: Callable[[], float]) -> None:
        self._limits = sorted(limits, key=lambda limit: limit[1])
        self._elapsed = elapsed
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def enter(self, receiver: str) -> None:
        """Count a message that is about to be sent. Raises RateLimited with the wait when a window is full."""
        now, times = self._elapsed(), self._sent.pop(receiver, deque())
        self._sent[receiver] = times
        while times and now - times[0] >= self._limits[-1][1]:
            times.popleft()
        for count, seconds in self._limits:
            if len(times) >= count and now - times[-count] < seconds:
                raise RateLimited(max(seconds - (now - times[-count]), 1.0), "已到平台对此人的发送上限，稍后补发")
        times.append(now)
        if len(self._sent) > KEPT:
            self._sent.pop(next(iter(self._sent)))
