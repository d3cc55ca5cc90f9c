"""Pictures before they are kept: turned upright, and stripped of where, when and by what they were taken (EXIF, GPS).

What the QR codes in them say is read here too; what it means is the desk's business.
"""

import io
import logging

import zxingcpp
from PIL import Image, ImageOps

log = logging.getLogger(__name__)

UNREADABLE = "application/octet-stream"
PIXELS = 64_000_000
"""A phone's largest picture has about 50 million; more is refused before it is unpacked."""
QUALITY = 88
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def cleaned(data: bytes) -> tuple[bytes, str]:
    """The picture without metadata, and its type. What cannot be read as a picture is kept as it is, as UNREADABLE."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(image)
            form = "PNG" if image.format in ("PNG", "GIF") else "JPEG"
            plain = upright if form == "PNG" else upright.convert("RGB")
            kept = Image.new(plain.mode, plain.size)
            if plain.palette is not None:
                kept.putpalette(plain.palette)
            kept.paste(plain)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        log.warning("picture not readable", extra={"why": type(error).__name__, "bytes": len(data)})
        return data, UNREADABLE
    out = io.BytesIO()
    kept.save(out, form, **({"quality": QUALITY} if form == "JPEG" else {}))
    return out.getvalue(), f"image/{form.lower()}"


def codes(data: bytes) -> tuple[str, ...]:
    """What the QR codes in a cleaned picture say, as far as they can be read."""
    with Image.open(io.BytesIO(data)) as image:
        found = zxingcpp.read_barcodes(image.convert("L"), formats=QR)
    return tuple(code.text for code in found)
