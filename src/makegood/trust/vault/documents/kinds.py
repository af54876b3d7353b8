"""What a document is, by how its bytes begin, and by nothing else.

A name and a content type from outside are what somebody says; they decide nothing.
"""

from __future__ import annotations

from enum import StrEnum

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1"})
_BRAND_AT, _BOX_AT = 8, 4


class DocumentKind(StrEnum):
    """The kinds that are taken."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"

    @property
    def content_type(self) -> str:
        """Its media type, as IANA registers it."""
        return "application/pdf" if self is DocumentKind.PDF else f"image/{self.value}"


def kind_of(content: bytes) -> DocumentKind | None:
    """The kind of a document; None where it is none that is taken.

    PDF (ISO 32000-2, 7.5.2), JPEG (ISO 10918-1, B.1.1.3: SOI and the next marker), PNG (W3C PNG,
    5.2), HEIC (ISO 23008-12, 10.2: the box ``ftyp`` with its brand).
    """
    if content.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return DocumentKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return DocumentKind.PNG
    if content[_BOX_AT:_BRAND_AT] == b"ftyp" and content[_BRAND_AT:12] in _HEIF_BRANDS:
        return DocumentKind.HEIC
    return None
