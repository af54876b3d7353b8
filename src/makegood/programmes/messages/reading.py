"""From ``messages.yaml`` to checked messages, or everything that is wrong with them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from makegood.kernel import Finding, MakegoodError, Severity
from makegood.programmes.checks.messages import check_messages
from makegood.programmes.messages.model import MessagesFile
from makegood.programmes.messages.templates import MessageTemplates, Template
from makegood.programmes.programme import Programme
from makegood.programmes.source import (
    Document,
    parse_content,
    parse_document,
    read_document,
    sorted_findings,
    validate,
)
from makegood.programmes.translations import check_texts

FILE_NAME = "messages.yaml"


def messages_path(programme_path: Path) -> Path:
    """Where the messages of a programme's file stand: ``messages.yaml`` beside it."""
    return programme_path.parent / FILE_NAME


def load_messages(text: str, programme: Programme, file: str = FILE_NAME) -> MessageTemplates:
    """The checked messages of a text; ``file`` is the name that findings show.

    Raises MakegoodError with every finding in it (MG1xx, MG332 to MG339).
    """
    return _loaded(*checked_messages(parse_document(text, file), programme))


def load_messages_beside(programme_path: Path, programme: Programme) -> MessageTemplates | None:
    """The checked messages beside a programme's file; None where there are none."""
    path = messages_path(programme_path)
    if not path.is_file():
        return None
    return _loaded(*checked_messages(read_document(path), programme))


def find_in_messages_beside(programme_path: Path, programme: Programme) -> list[Finding]:
    """Everything that is wrong with the messages beside a programme's file."""
    path = messages_path(programme_path)
    if not path.is_file():
        return []
    try:
        return checked_messages(read_document(path), programme)[1]
    except MakegoodError as error:
        return list(error.findings)


def check_messages_content(
    content: bytes, programme: Programme, file: str = FILE_NAME
) -> tuple[MessageTemplates | None, list[Finding]]:
    """The messages in the bytes of a file that somebody sent, or every error in it."""
    try:
        messages, findings = checked_messages(parse_content(content, file), programme)
    except MakegoodError as error:
        return None, list(error.findings)
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    return (None if wrong else messages), findings


def checked_messages(
    document: Document, programme: Programme
) -> tuple[MessageTemplates | None, list[Finding]]:
    """The messages where their shape is right, and every finding."""
    section, findings = validate(document, MessagesFile)
    findings += check_texts(document, MessagesFile, programme.languages)
    if section is None:
        return None, sorted_findings(findings)
    templates = _assembled(document, section)
    if not findings:
        findings = [*check_messages(document, templates, programme)]
    return templates, sorted_findings(findings)


@lru_cache(maxsize=16)
def parsed_messages(text: str) -> MessageTemplates:
    """Messages that were checked when they were published, read again without their programme.

    Raises MakegoodError where the text is none of messages.
    """
    document = parse_document(text, FILE_NAME)
    section, findings = validate(document, MessagesFile)
    if section is None or findings:
        raise MakegoodError(findings)
    return _assembled(document, section)


def _assembled(document: Document, section: MessagesFile) -> MessageTemplates:
    templates = {name: Template.of(name, each) for name, each in section.messages.items()}
    return MessageTemplates(document.file, document.text, document.sha256, templates)


def _loaded(messages: MessageTemplates | None, findings: list[Finding]) -> MessageTemplates:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if messages is None or errors:
        raise MakegoodError(errors)
    return messages
