"""Photos are drawn anew: pixels survive, everything else a camera or an attacker put into the file does not."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, ImageOps

from marketplace.files.rules import MAX_PIXELS
from marketplace.values.refusal import Refusal, Refused

LONGEST_SIDE: Final = 2000
SMALL_WIDTHS: Final = (480, 960)
_QUALITY: Final = 82
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MODES: Final = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"})
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: WebP in full, and narrower by width."""

    content: bytes
    smaller: dict[int, bytes]


def redrawn(content: bytes) -> Photo:
    """The photo as WebP, upright, in sRGB, at most 2,000 pixels long; raises `Refused` (broken, too many pixels)."""
    try:
        picture = _opened(content)
        full = _fitted(picture, LONGEST_SIDE, LONGEST_SIDE)
        return Photo(_webp(full), {width: _webp(_fitted(full, width, width * 3)) for width in SMALL_WIDTHS})
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused([_too_many_pixels()]) from None
    except _BROKEN:
        raise Refused([Refusal("file_broken")]) from None


def _opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    # The header tells the size before a single pixel is unpacked: a flood is turned away for the price of a header.
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused([_too_many_pixels()])
    if picture.mode not in _MODES:
        raise ValueError(picture.mode)
    if picture.format == "JPEG":
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    return _in_srgb(ImageOps.exif_transpose(picture))


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    transparent = picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info
    target = "RGBA" if transparent else "RGB"
    if profile and picture.mode in ("RGB", "CMYK") and not transparent:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, *_BROKEN):
            return picture.convert(target)
        return converted or picture.convert(target)
    return picture.convert(target)


def _fitted(picture: Image.Image, width: int, height: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((width, height), Image.Resampling.LANCZOS)
    return smaller


def _webp(picture: Image.Image) -> bytes:
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    kept = io.BytesIO()
    clean.save(kept, "WEBP", quality=_QUALITY, method=4)
    return kept.getvalue()


def _too_many_pixels() -> Refusal:
    return Refusal("photo_too_many_pixels", {"max": MAX_PIXELS // 1_000_000})
