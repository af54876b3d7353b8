"""``check``, ``describe``, ``schema``: the programme file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.exit_codes import FINDING, WRONG_USE
from makegood.cli.options import Json, Language, ProgrammePath, language_of
from makegood.cli.output import answer, expect_json, out, say, show_findings
from makegood.kernel import Finding, Severity


def add_to(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.command()(check)
    application.command()(describe)
    application.command()(schema)


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Programme files.")],
    json_wanted: Json = False,
) -> None:
    """Check programme files: everything that is wrong, where, and what to do.

    Example: `makegood check programmes/*/programme.yaml`
    """
    from makegood.programmes import check_programme

    expect_json(json_wanted)
    findings: list[Finding] = []
    answers = []
    for path in files:
        programme, found = check_programme(path)
        findings += found
        answers.append(
            {
                "file": str(path),
                "ok": programme is not None,
                "programme": programme.identifier if programme else None,
                "sha256": programme.sha256 if programme else None,
                "findings": [finding.as_json() for finding in found],
            }
        )
        if not json_wanted:
            show_findings(found)
            if programme:
                measures = len(programme.measures)
                facts = len(programme.facts)
                out.print(f"{path}: {programme.identifier}: {measures} measures, {facts} facts: ok")
    if json_wanted:
        answer({"ok": all(each["ok"] for each in answers), "files": answers})
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        unreadable = all(finding.code == "MG101" for finding in errors)
        raise typer.Exit(WRONG_USE if unreadable else FINDING)


def describe(file: ProgrammePath, lang: Language = None, json_wanted: Json = False) -> None:
    """Write a programme as plain text that a customer understands.

    Example: `makegood describe programmes/kt-2025/programme.yaml --lang en`
    """
    from makegood.programmes import describe as described
    from makegood.programmes import load_programme

    expect_json(json_wanted)
    programme = load_programme(file)
    language = language_of(lang, programme.languages)
    text = described(programme, language)
    if json_wanted:
        answer(
            {
                "programme": programme.identifier,
                "sha256": programme.sha256,
                "language": language,
                "text": text,
            }
        )
    else:
        out.print(text, markup=False)


def schema(
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")
    ] = None,
) -> None:
    """Print the JSON Schema of a programme file, for editors.

    Example: `makegood schema --out programme.schema.json`
    """
    from makegood.programmes import json_schema

    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out_file is None:
        say(text)
    else:
        # Facts and their columns are loaded where they are used: checking does not wait for them.
        from makegood.population import write_whole

        write_whole(out_file, text)
