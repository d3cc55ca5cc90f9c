"""The table of sounds (lexicon/sounds.txt), made by `yunwei learn sounds`. Needs the `learn` extra (pypinyin)."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))
"""Beginnings that southern speakers take for each other."""


def lines() -> Iterator[str]:
    """One sound a line with the characters of GB 2312 that have it, in the order of the sounds."""
    from pypinyin.constants import PINYIN_DICT

    by_sound: dict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            character = bytes([high, low]).decode("gb2312", errors="ignore")
            if character and (sound := _sound(PINYIN_DICT.get(ord(character), ""))):
                by_sound[sound].append(character)
    for sound, characters in sorted(by_sound.items()):
        yield f"{sound} {''.join(characters)}\n"


def _sound(readings: str) -> str:
    """The first reading without its tone, what is easily mixed up made one."""
    spelled = unicodedata.normalize("NFD", readings.partition(",")[0])
    sound = "".join(c for c in spelled if c.isascii() and c.isalpha())
    for said, heard in ALIKE:
        if sound.startswith(said):
            sound = heard + sound[2:]
    if sound.endswith(("ing", "eng", "ang")):
        sound = sound[:-1]
    return f"l{sound[1:]}" if sound.startswith("n") and len(sound) > 1 else sound
