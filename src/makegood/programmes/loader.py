"""From a file to a checked programme, or everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from makegood.kernel import Finding, MakegoodError, Severity
from makegood.programmes.checks import CHECKS, CHECKS_OF_SHAPE, Draft
from makegood.programmes.declarations import check_declarations
from makegood.programmes.expressions import read_expressions
from makegood.programmes.messages.reading import find_in_messages_beside
from makegood.programmes.model import ProgrammeFile
from makegood.programmes.programme import Programme, assembled
from makegood.programmes.source import (
    Document,
    parse_content,
    parse_document,
    read_document,
    sorted_findings,
    validate,
)
from makegood.programmes.translations import check_translations


def check_programme(path: Path, name: str | None = None) -> tuple[Programme | None, list[Finding]]:
    """The programme and its warnings, or every error in it; both in the order of the file.

    With it the messages beside it are checked, where there are some.
    """
    programme, findings = _read(path, name)
    if programme is None:
        return None, findings
    of_messages = find_in_messages_beside(path, programme)
    return (None, of_messages) if of_messages else (programme, findings)


def check_text(text: str, file: str = "programme.yaml") -> tuple[Programme | None, list[Finding]]:
    """Like ``check_programme``, of a text; ``file`` is the name that findings show."""
    try:
        document = parse_document(text, file)
    except MakegoodError as error:
        return None, list(error.findings)
    return _checked(document)


def check_content(
    content: bytes, file: str = "programme.yaml"
) -> tuple[Programme | None, list[Finding]]:
    """Like ``check_programme``, of the bytes of a file that somebody sent, whatever they are."""
    try:
        document = parse_content(content, file)
    except MakegoodError as error:
        return None, list(error.findings)
    return _checked(document)


def load_programme(path: Path, name: str | None = None) -> Programme:
    """The checked programme of a file. Raises MakegoodError with every error in it."""
    return _loaded(*_read(path, name))


def load_text(text: str, file: str = "programme.yaml") -> Programme:
    """The checked programme of a text. Raises MakegoodError with every error in it."""
    return _loaded(*check_text(text, file))


def _read(path: Path, name: str | None) -> tuple[Programme | None, list[Finding]]:
    try:
        document = read_document(path, name)
    except MakegoodError as error:
        return None, list(error.findings)
    return _checked(document)


def _loaded(programme: Programme | None, findings: list[Finding]) -> Programme:
    if programme is None:
        raise MakegoodError(f for f in findings if f.severity is Severity.ERROR)
    return programme


def _checked(document: Document) -> tuple[Programme | None, list[Finding]]:
    section, findings = validate(document, ProgrammeFile)
    expressions = read_expressions(document)
    findings += expressions.findings
    findings += check_declarations(document)
    findings += check_translations(document)
    if section is None:
        return None, sorted_findings(findings)
    programme = assembled(
        section,
        expressions.names,
        expressions.trees,
        file=document.file,
        text=document.text,
        sha256=document.sha256,
    )
    draft = Draft(document, programme)
    if findings:
        findings += [found for check in CHECKS_OF_SHAPE for found in check(draft)]
        return None, sorted_findings(f for f in findings if f.severity is Severity.ERROR)
    findings = sorted_findings(found for check in CHECKS for found in check(draft))
    # Beside errors a warning misleads: what seems unused is often just misspelt where it is used.
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    return (None, errors) if errors else (programme, findings)
