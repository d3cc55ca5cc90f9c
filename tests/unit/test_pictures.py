"""Pictures are kept without where and by what they were taken, upright, and never crash the desk."""

import io

import pytest
from PIL import Image

from bot.channels.amr import AMR, amr_ms
from bot.delivery.pictures import UNREADABLE, cleaned

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def photo(form: str, mode: str = "RGB") -> bytes:
    image = Image.new(mode, (4, 2))
    exif = Image.Exif()
    exif[MAKE] = "SECRETPHONE"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (23.0, 7.0, 44.0)
    out = io.BytesIO()
    image.save(out, form, exif=exif) if form in ("JPEG", "PNG", "WEBP") else image.save(
        out, form, comment=b"SECRETPHONE"
    )
    return out.getvalue()


@pytest.mark.parametrize("form, mode, kind", [("JPEG", "RGB", "jpeg"), ("JPEG", "CMYK", "jpeg"), ("PNG", "RGBA", "png"),
                                              ("PNG", "P", "png"), ("WEBP", "RGB", "jpeg"), ("GIF", "P", "png")])  # fmt: skip
def test_metadata_is_gone_and_the_picture_upright(form: str, mode: str, kind: str) -> None:
    before = photo(form, mode)
    assert b"SECRETPHONE" in before
    after, content_type = cleaned(before)
    assert content_type == f"image/{kind}" and b"SECRETPHONE" not in after
    with Image.open(io.BytesIO(after)) as image:
        assert not dict(image.getexif())
        assert image.size == ((4, 2) if form == "GIF" else (2, 4))


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0broken", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_kept_and_called_so(data: bytes) -> None:
    assert cleaned(data) == (data, UNREADABLE)


def test_a_picture_of_a_billion_pixels_is_not_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    assert cleaned(out.getvalue())[1] == UNREADABLE


def test_the_length_of_a_recording_is_counted_in_frames() -> None:
    assert amr_ms(AMR + (bytes([0x3C]) + bytes(31)) * 50) == 1000
    assert amr_ms(AMR + (bytes([0x04]) + bytes(12)) * 5) == 100
    assert amr_ms(AMR) == 20 and amr_ms(b"") == 20
