"""AMR recordings as the platforms send them: recognised by their first bytes, measured by counting frames."""

AMR = b"#!AMR\n"
_FRAME_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6)
"""Bytes of a frame by its mode (RFC 4867, narrow band); a frame lasts 20 ms."""
FRAME_MS = 20


def amr_ms(data: bytes) -> int:
    """The length of a recording in milliseconds, at least one frame; data that is no AMR counts as one."""
    at, frames = len(AMR), 0
    while at < len(data):
        mode = (data[at] >> 3) & 0x0F
        at += _FRAME_BYTES[mode] if mode < len(_FRAME_BYTES) else 1
        frames += 1
    return max(frames, 1) * FRAME_MS
