"""Faults to inject: the next calls fail, are slow, or take effect and lose their reply; the next callbacks are doubled,
swapped, dropped or stale. Each is spent when it has happened.
"""

from dataclasses import asdict, dataclass, field


@dataclass
class Faults:
    """What goes wrong next. Counters run down to zero."""

    fail: dict[str, list[int]] = field(default_factory=dict)
    """API path (without /cgi-bin/, or *) → errcodes to answer with, in order; 500 answers HTTP 500."""
    slow_s: float = 0.0
    lose_reply: int = 0
    """The next API calls take effect and then the connection is dropped."""
    duplicate: int = 0
    drop: int = 0
    reorder: int = 0
    """The next callbacks are held back until the one after has been delivered."""
    stale: int = 0
    """The next callbacks carry a time stamp ten minutes old."""

    def fail_next(self, path: str, *codes: int) -> None:
        self.fail.setdefault(path, []).extend(codes)

    def duplicate_next(self, count: int) -> None:
        self.duplicate += count

    def take_failure(self, path: str) -> int | None:
        """The errcode the call to `path` is to fail with, if any."""
        for key in (path, "*"):
            if codes := self.fail.get(key):
                return codes.pop(0)
        return None

    def take(self, name: str) -> bool:
        """Spend one of a counter."""
        left = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return bool(left > 0)

    def set(self, values: dict[str, object]) -> None:
        """Take over values by name. Raises ValueError for a name or value that is not known."""
        known = asdict(self)
        for name, value in values.items():
            if name == "fail" and isinstance(value, dict):
                for path, codes in value.items():
                    if not isinstance(codes, list) or not all(isinstance(c, int) for c in codes):
                        raise ValueError(f"fail.{path} must be a list of error codes")
                    self.fail_next(str(path), *codes)
            elif name in known and name != "fail" and isinstance(value, int | float) and value >= 0:
                setattr(self, name, float(value) if name == "slow_s" else int(value))
            else:
                raise ValueError(f"unknown fault {name!r} or bad value")

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
