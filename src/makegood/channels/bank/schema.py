"""A payment file's own schema, and the check of a file against it while it is written.

``schemas/pain.001.001.09.xsd`` is the schema that ISO 20022 publishes for the message (version of
2019; iso20022.org, catalogue of messages, Payments Initiation).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

from lxml import etree

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_TRANSACTION = f"{{{NAMESPACE}}}CdtTrfTxInf"
_DOCUMENT = f"{{{NAMESPACE}}}Document"
_NOT_WHOLE = "it is no whole XML"
_ELEMENT = re.compile(r"Element '(?:\{[^}']*\})?([A-Za-z0-9]{1,40})'")


class NotValid(ValueError):
    """The schema refuses the file. The text names element and rule, never what stands there."""


@cache
def payment_schema() -> etree.XMLSchema:
    """The compiled schema of pain.001.001.09."""
    source = files("makegood.channels.bank") / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.fromstring(source.read_bytes()))


class Validation:
    """Reads a file piece by piece and holds every element against the schema.

    Raises NotValid from ``take`` or ``close``. What was checked is forgotten at once, so a file
    of any length needs the memory of one payment.
    """

    def __init__(self) -> None:
        self._is_whole = False
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=(_TRANSACTION, _DOCUMENT),
            schema=payment_schema(),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )

    def take(self, piece: bytes) -> None:
        """The next piece of the file."""
        try:
            self._parser.feed(piece)
            for _, element in self._parser.read_events():
                self._is_whole = element.tag == _DOCUMENT
                parent = element.getparent()
                element.clear()
                if parent is not None:
                    while (before := element.getprevious()) is not None:
                        parent.remove(before)
        except etree.LxmlError:
            raise NotValid(self._told()) from None

    def close(self) -> None:
        """The file is complete."""
        try:
            self._parser.close()
        except etree.LxmlError:
            raise NotValid(self._told()) from None
        # With a schema the parser does not always tell that a file ended too early.
        if not self._is_whole:
            raise NotValid(_NOT_WHOLE)

    def _told(self) -> str:
        """Element and rule of the first finding. Its message may hold a name or an account."""
        log = self._parser.feed_error_log
        etree.clear_error_log()  # the library's own, which is kept for the whole process
        for entry in log:
            found = _ELEMENT.search(entry.message)
            where = f"element {found[1]}" if found else f"line {entry.line}"
            return f"{where}: {entry.type_name}"
        return _NOT_WHOLE
