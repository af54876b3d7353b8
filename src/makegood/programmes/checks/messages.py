"""What messages must hold: what they are for, their names, length, characters, links, the law."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from makegood.kernel import Finding, Place, did_you_mean
from makegood.programmes.messages.lengths import (
    LMS_BYTES_MAX,
    SMS_BYTES_MAX,
    SUBJECT_BYTES_MAX,
    sms_bytes,
    unwritable,
)
from makegood.programmes.messages.model import SentBy, TemplateKind
from makegood.programmes.messages.names import CODE, CODE_VALUE, NAMES
from makegood.programmes.messages.occasions import (
    Occasion,
    longest_everywhere,
    occasions,
    served,
)
from makegood.programmes.messages.templates import (
    NAME_IN_BRACES,
    MessageTemplates,
    Template,
    filled,
)
from makegood.programmes.programme import Programme
from makegood.programmes.source import Document

MARK = "(광고)"
REFUSAL = re.compile(r"무료\s?(?:수신)?\s?거부")
"""Network Act (정보통신망법) article 50 (4) and its decree's annex 6: mark first, refusal free."""

_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://\S*|www\.\S*"
    # A Korean particle may follow: what ends a name is no Latin letter, digit or dash.
    r"|(?<![\w.])(?:[\w-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+|한국|닷컴|닷넷)(?![A-Za-z0-9_-])(?:/\S*)?"
    r"|(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![A-Za-z0-9_.-]*[0-9])(?::[0-9]+)?(?:/\S*)?",
    re.IGNORECASE,
)
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_DATED = (TemplateKind.NOTICE, TemplateKind.REMINDER)


def check_messages(
    document: Document, templates: MessageTemplates, programme: Programme
) -> Iterator[Finding]:
    """MG332 to MG339: everything that is wrong with messages whose shape is right."""
    for template in templates:
        yield from _purpose(document, template, templates, programme)
        found = served(template, templates, programme)
        for language in programme.languages:
            text = _Text(
                document, template, language, longest_everywhere(programme, found, language)
            )
            yield from text.findings(found)
    yield from _missing(document, templates, programme)


def _purpose(
    document: Document, template: Template, templates: MessageTemplates, programme: Programme
) -> Iterator[Finding]:
    here = ("messages", template.name)
    if template.measure and template.measure not in programme.measures:
        hint = did_you_mean(template.measure, programme.measures) or (
            f"there are: {', '.join(programme.measures)}"
        )
        place = document.place((*here, "measure"))
        yield Finding("MG338", f"no measure '{template.measure}'", hint, place)
        return
    if template.at and not any(
        each.at == template.at and each.kind is template.kind for each in occasions(programme)
    ):
        hint = "take it out, or give the time of a notice or reminder of the programme"
        message = f"no {template.kind} is at {template.at:%Y-%m-%d %H:%M}"
        yield Finding("MG338", message, hint, document.place((*here, "at")))
        return
    for other in templates:
        if other is template:
            break
        if _purpose_of(other) == _purpose_of(template) and set(other.by) & set(template.by):
            hint = "tell them apart by 'measure', 'at' or 'by', or keep one"
            message = f"'{other.name}' and '{template.name}' are for the same thing"
            yield Finding("MG338", message, hint, document.place(here, key=True))
            return
    if not served(template, templates, programme):
        hint = "take it out, or mend 'for', 'measure' and 'by'"
        message = f"the programme gives no reason to send '{template.name}'"
        yield Finding("MG338", message, hint, document.place((*here, "for")))


def _purpose_of(template: Template) -> tuple[object, ...]:
    return template.kind, template.measure, template.at


def _missing(
    document: Document, templates: MessageTemplates, programme: Programme
) -> Iterator[Finding]:
    """Whatever the programme announces has its message. Others are sent where there is one."""
    for each in occasions(programme):
        if each.kind not in _DATED:
            continue
        lacking = [
            way
            for way in each.ways
            if not templates.of(each.kind, each.measure, by=way, at=each.at)
        ]
        if lacking or not templates.of(each.kind, each.measure, at=each.at):
            ways = f" by {' and '.join(lacking)}" if lacking else ""
            message = f"no message for the {each.words()}{ways}"
            hint = f"add one with 'for: {each.kind}'"
            yield Finding("MG339", message, hint, document.place(("messages",), key=True))


@dataclass(frozen=True, slots=True)
class _Text:
    """A message in one language, and the longest that its names can become."""

    document: Document
    template: Template
    language: str
    values: Mapping[str, str]

    def findings(self, found: list[Occasion]) -> Iterator[Finding]:
        """Everything that is wrong with it."""
        wrong_names = [*self._names(found)]
        yield from wrong_names
        yield from self._code()
        yield from self._advertising()
        for part in self._parts():
            yield from self._links(part)
            if part == "subject":
                yield from self._one_line()
            if SentBy.SMS in self.template.by:
                yield from self._characters(part)
        if not wrong_names and found:
            yield from self._lengths()

    def _names(self, found: list[Occasion]) -> Iterator[Finding]:
        known = NAMES[self.template.kind]
        for part in self._parts():
            for match in _BRACES.finditer(self._raw(part)):
                name = match.group().strip("{}")
                if len(match.group()) > 1 and (
                    name in self.values or (name in known and not found)
                ):
                    continue
                if name in known:
                    message = f"{{{name}}} has no value here"
                    hint = "the programme or the measure does not say it; take it out"
                else:
                    message = f"unknown name {match.group()}"
                    listed = f"a {self.template.kind} has: {', '.join(known)}"
                    hint = did_you_mean(name, known) or listed
                yield Finding("MG332", message, hint, self._inside(part, *match.span()))

    def _code(self) -> Iterator[Finding]:
        is_code = self.template.kind is TemplateKind.CODE
        wanted = CODE_VALUE if is_code else CODE
        if wanted not in NAME_IN_BRACES.findall(self._raw("text")):
            message = f"'{self.template.name}' has no {{{wanted}}} in '{self.language}'"
            hint = (
                "it is what the message is sent for"
                if is_code
                else "by it people find out whether a message is genuine"
            )
            yield Finding("MG337", message, hint, self.document.place(self._path("text")))

    def _advertising(self) -> Iterator[Finding]:
        if "ko" not in self.template.text:
            return
        raw, subject = self._raw("text"), self._raw("subject")
        place = self.document.place(self._path("text"))
        if self.template.advertising and self.template.kind is TemplateKind.CODE:
            message = "a one-time code is no advertising"
            yield Finding("MG336", message, "take 'advertising' out", place)
            return
        if not self.template.advertising:
            if raw.startswith(MARK):
                hint = "write 'advertising: true', or take the mark out"
                yield Finding("MG336", "marked as advertising and not declared so", hint, place)
            return
        if not raw.startswith(MARK):
            message = f"advertising begins with {MARK}"
            yield Finding("MG336", message, "the law asks for it, in every language", place)
        if not REFUSAL.search(raw):
            message = "advertising says how to refuse it free of charge"
            hint = "end with 무료수신거부 and a free number, in every language"
            yield Finding("MG336", message, hint, place)
        if SentBy.MAIL in self.template.by and not subject.startswith(MARK):
            message = f"the subject of advertising begins with {MARK}"
            place = self.document.place(self._path("subject"))
            yield Finding("MG336", message, "the law asks for it, in every language", place)

    def _one_line(self) -> Iterator[Finding]:
        raw = self._raw("subject")
        values = [self.values.get(name, "") for name in NAME_IN_BRACES.findall(raw)]
        if any(len(each.splitlines()) > 1 for each in (raw, *values)):
            place = self.document.place(self._path("subject"))
            yield Finding("MG333", "a subject of more than one line", "write it in one", place)

    def _links(self, part: str) -> Iterator[Finding]:
        hint = "messages hold no links: people could not tell them from a fraudster's"
        for start, end, shown in self._matches(part):
            yield Finding("MG335", f"a link: {shown}", hint, self._inside(part, start, end))

    def _matches(self, part: str) -> Iterator[tuple[int, int, str]]:
        raw = self._raw(part)
        for match in _LINK.finditer(raw):
            yield *match.span(), f"'{match.group()}'"
        for match in NAME_IN_BRACES.finditer(raw):
            inside = _LINK.search(self.values.get(match.group(1), ""))
            if inside:
                yield *match.span(), f"'{inside.group()}' in {match.group()}"

    def _characters(self, part: str) -> Iterator[Finding]:
        hint = "a short message holds KS X 1001: 2,350 syllables, Latin letters, some signs"
        raw = self._raw(part)
        for at in unwritable(raw):
            message = f"'{_shown(raw[at])}' cannot be written in a short message"
            yield Finding("MG334", message, hint, self._inside(part, at, at + 1))
        for match in NAME_IN_BRACES.finditer(raw):
            value = self.values.get(match.group(1), "")
            for at in unwritable(value)[:1]:
                message = f"{match.group()} can hold '{_shown(value[at])}', which cannot be written"
                yield Finding("MG334", message, hint, self._inside(part, *match.span()))

    def _lengths(self) -> Iterator[Finding]:
        place = self.document.place(self._path("text"))
        subject = self._raw("subject")
        if SentBy.MAIL in self.template.by and not subject:
            yield Finding("MG333", "a mail has a subject", "add 'subject'", place)
        if SentBy.SMS not in self.template.by:
            return
        length = sms_bytes(filled(self._raw("text"), self.language, self.values))
        if length > SMS_BYTES_MAX and self.template.kind is TemplateKind.CODE:
            message = f"up to {length:,} bytes, at most {SMS_BYTES_MAX} for a one-time code"
            hint = "it leaves as a short message; a syllable takes two bytes"
            yield Finding("MG333", message, hint, place)
        elif length > LMS_BYTES_MAX:
            message = f"up to {length:,} bytes, at most {LMS_BYTES_MAX:,} in a long message"
            yield Finding("MG333", message, "shorten it; a syllable takes two bytes", place)
        elif length > SMS_BYTES_MAX and not subject:
            message = f"up to {length:,} bytes is a long message, which has a subject"
            hint = f"add 'subject', or shorten it to {SMS_BYTES_MAX} bytes"
            yield Finding("MG333", message, hint, place)
        subject_length = sms_bytes(filled(subject, self.language, self.values))
        if subject_length > SUBJECT_BYTES_MAX:
            message = f"a subject of up to {subject_length} bytes, at most {SUBJECT_BYTES_MAX}"
            place = self.document.place(self._path("subject"))
            yield Finding("MG333", message, "shorten it; a syllable takes two bytes", place)

    def _parts(self) -> list[str]:
        return ["subject", "text"] if self._raw("subject") else ["text"]

    def _raw(self, part: str) -> str:
        texts = self.template.text if part == "text" else self.template.subject
        return texts.get(self.language, "")

    def _path(self, part: str) -> tuple[str, ...]:
        return ("messages", self.template.name, part, self.language)

    def _inside(self, part: str, start: int, end: int) -> Place:
        return self.document.inside(self._path(part), start, end)


def _shown(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"
