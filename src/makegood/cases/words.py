"""What people type into cases: checked before anything is kept of it."""

from __future__ import annotations

import re

from makegood.cases.problems import personal_words, wrong_words
from makegood.kernel import masked_text
from makegood.trust.vault import NOTE_BYTES_MAX

SUBJECT_LETTERS_MAX = 120
NOTE_LETTERS_MAX = 1_200
TAG_LETTERS_MAX = 30
TAGS_MAX = 10
_TAG = re.compile(r"\w[\w-]*")


def checked_subject(subject: str) -> str:
    """A subject in a line; may be empty. Raises MakegoodError MG661, MG662."""
    subject = " ".join(subject.split())
    if len(subject) > SUBJECT_LETTERS_MAX:
        hint = f"say it in {SUBJECT_LETTERS_MAX} letters, and write the rest as a note"
        raise wrong_words("subject", "is too long", hint)
    if not subject.isprintable():
        raise wrong_words("subject", "holds characters that nobody can read", "write it again")
    _expect_impersonal("subject", subject)
    return subject


def checked_note(text: str) -> str:
    """A note with its line breaks. Raises MakegoodError MG661, MG662."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    note = "\n".join(lines)
    if not note:
        raise wrong_words("note", "is empty", "write what was said or done")
    if len(note) > NOTE_LETTERS_MAX or len(note.encode()) > NOTE_BYTES_MAX:
        hint = f"say it in {NOTE_LETTERS_MAX:,} letters, or in several notes"
        raise wrong_words("note", "is too long", hint)
    if not all(line.isprintable() for line in lines):
        raise wrong_words("note", "holds characters that nobody can read", "write it again")
    # A number may be split by the end of a line.
    _expect_impersonal("note", note)
    _expect_impersonal("note", " ".join(lines))
    return note


def checked_tag(tag: str) -> str:
    """A tag in small letters. Raises MakegoodError MG661, MG662."""
    tag = tag.strip().lstrip("#").casefold()
    if not _TAG.fullmatch(tag) or len(tag) > TAG_LETTERS_MAX:
        hint = f"a word of letters, digits, - and _, at most {TAG_LETTERS_MAX}"
        raise wrong_words("tag", "cannot be kept", hint)
    _expect_impersonal("tag", tag)
    return tag


def _expect_impersonal(what: str, text: str) -> None:
    if masked_text(text) != text:
        raise personal_words(what)
