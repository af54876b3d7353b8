"""Policies that are wrong stop the start, with the place, what is wrong and what to do."""

import shutil

import pytest

from makegood.kernel import MakegoodError
from makegood.trust.policy import PolicySet, read_cases
from tests.trust.policy.asked import FOLDER

WORDS = '@because_ko("한국어") @because_en("English.")\n'
PLAIN = "forbid (principal, action, resource) unless { context.approved };"
HEAD = f'@id("extra")\n{WORDS}forbid (principal, action, resource)\n'


def permit(role, act, clause=""):
    head = f'(principal in Role::"{role}", action == Action::"{act}", resource)'
    return f'@id("aaa")\n{WORDS}permit {head}{clause};'


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "policies"
    shutil.copytree(FOLDER, copy)
    return copy


def findings(folder):
    with pytest.raises(MakegoodError) as error:
        PolicySet.load(folder)
    assert all(finding.hint for finding in error.value.findings)
    return error.value.findings


def extra(folder, text):
    (folder / "extra.cedar").write_text(text, encoding="utf-8")


def changed(file, before, after):
    text = file.read_text(encoding="utf-8")
    assert text.count(before) >= 1
    file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "code", "message", "line", "under"),
    [
        # Syntax.
        (f"{HEAD}unless {{ ;", "MG761", "unexpected token `;`", 4, ";"),
        (f'// first\n\n{HEAD}unless {{ context.case != "" }}', "MG761", "unexpected end", 3, "@"),
        (f'{HEAD}unless {{ context.case != "a', "MG761", "cannot be read", 1, "@"),
        (f'@id("a") @id("b")\n{WORDS}permit (principal, action, resource);', "MG761",
         "duplicate annotation: @id", 1, "@id"),
        (f'@id("aaa")\n{WORDS}permit (principal == ?principal, action, resource);', "MG761",
         "a template", 1, "@"),
        # Against the schema.
        (f"{HEAD}unless {{ context.devise == 1 }};", "MG762", "`devise`", 4, "devise"),
        (f"{HEAD}unless {{ principal.age > 3 }};", "MG762", "`age`", 4, "age"),
        (f'{HEAD}unless {{ context.local_hour == "ten" }};', "MG762", "types Long and String", 1,
         "@"),
        (f'{HEAD}unless {{ context.local_hour < "ten" }};', "MG762",
         "expected Long but saw String", 1, "@"),
        (f'{HEAD}unless {{ context.purpose == Purpose::"curiosity" }};', "MG762", "curiosity", 4,
         "curiosity"),
        (f'{HEAD}unless {{ context.device == Divice::"enrolled" }};', "MG762", "Divice", 4,
         "Divice"),
        (f"{HEAD}unless {{ context.proposed_by == principal.actor }};", "MG762",
         "optional attribute `proposed_by`", 4, "proposed_by"),
        (permit("boss", "reveal", ""), "MG762", "boss", 3, "boss"),
        (permit("auditor", "revele", ""), "MG762", "revele", 3, "revele"),
            (f"{WORDS}forbid (principal, action, resource) unless {{ context.approved }};", "MG763",
         "without @id", 1, "@"),
        ('@id("aaa") @because_en("x")\n' + PLAIN, "MG763", "without @because_ko", 1, "@"),
        ('@id("aaa") @because_ko("x") @because_en(" ")\n' + PLAIN,
         "MG763", "without @because_en", 1, "@"),
        (f'@id("aaa") @owner("me")\n{WORDS}' + PLAIN,
         "MG763", "unknown annotation @owner", 1, "@owner"),
        (f'@id("not_judged")\n{WORDS}' + PLAIN, "MG763", "cannot be an id", 1, "not_judged"),
        (f'@id("A b")\n{WORDS}' + PLAIN, "MG763", "cannot be an id", 1, "A b"),
        (f"{HEAD};", "MG763", "0 'unless'", 3, "forbid"),
        (f"{HEAD}when {{ context.approved }};", "MG763", "0 'unless'", 3, "forbid"),
        (f'{HEAD}unless {{ context.approved }} unless {{ context.case == "" }};', "MG763",
         "2 'unless'", 3, "forbid"),
        (permit("auditor", "reveal", " when { context.approved }"),
         "MG763", "a permit with a condition", 3, "when"),
        (f'@id("aaa")\n{WORDS}permit (principal in Role::"auditor", action, resource);', "MG763",
         "a permit of every act", 3, "action"),
        (f'@id("aaa")\n{WORDS}permit (principal, action == Action::"reveal", resource);', "MG763",
         "for others than a role", 3, "principal"),
        (f'@id("device_known")\n{WORDS}' + PLAIN,
         "MG764", "'device_known' stands twice", None, None),
    ],
)  # fmt: skip
def test_a_policy_that_is_wrong(folder, text, code, message, line, under):
    extra(folder, text)
    found = findings(folder)
    assert [finding.code for finding in found] == [code]
    assert message in found[0].message
    assert found[0].place
    if line:
        assert found[0].place.file == str(folder / "extra.cedar")
        assert found[0].place.line == line
    if under:
        at = found[0].place.column - 1
        assert found[0].place.text[at:].startswith(under)


def test_everything_that_is_wrong_is_told_at_once(folder):
    extra(folder, f"{HEAD}unless {{ context.devise }};\n{HEAD};\npermit (")
    assert sorted(finding.code for finding in findings(folder)) == ["MG761", "MG762", "MG763"]


def test_a_semicolon_in_a_comment_or_a_word_ends_no_policy(folder):
    extra(
        folder,
        '// a; b\n@id("extra")\n@because_ko("세미콜론; 하나") @because_en("a; \\"b\\"; // c")\n'
        'forbid (principal, action, resource) // d;\nunless { context.case != ";" };\n// end;',
    )
    policies = PolicySet.load(folder)
    (policy,) = [p for p in policies.policies if p.policy_id == "extra"]
    assert policy.words["en"] == 'a; "b"; // c'


@pytest.mark.parametrize(
    ("before", "after", "code", "message"),
    [
        ("action reveal, download, correct", "action reveal, correct", "MG765",
         "the program has the act 'download', the schema has not"),
        ("action reveal, download", "action reveal, peek, download", "MG765",
         "declares the act 'peek'"),
        ('"audit",\n  "unknown"', '"audit",\n  "gossip",\n  "unknown"', "MG765",
         "does not have gossip"),
        ('"office", "vpn"', '"office"', "MG765", "it lacks vpn"),
        ("resource: [Run]", "resource: [Member]", "MG765", "applies to 'Member'"),
        ("approved: Bool", "approved: Bol", "MG761", "Bol"),
        ("entity Customer;", "entity Customer", "MG761", "cannot be read"),
    ],
)  # fmt: skip
def test_a_schema_that_is_wrong(folder, before, after, code, message):
    changed(folder / "schema.cedarschema", before, after)
    found = findings(folder)
    assert found[0].code == code
    assert message in found[0].message
    assert found[0].place
    assert found[0].place.file == str(folder / "schema.cedarschema")


def test_an_act_taken_out_of_the_schema_is_told_before_the_policies_that_name_it(folder):
    changed(folder / "schema.cedarschema", "action reveal, download", "action reveal")
    assert {finding.code for finding in findings(folder)} == {"MG765"}


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (shutil.rmtree, "no such folder"),
        (lambda folder: (folder / "schema.cedarschema").unlink(), "no schema.cedarschema"),
        (lambda folder: [file.unlink() for file in folder.glob("*.cedar")], "no file *.cedar"),
        (lambda folder: (folder / "x.cedar").write_bytes(b"\xff"), "not UTF-8 at byte 0"),
        (lambda folder: (folder / "x.cedar").mkdir(), "is a directory"),
        (lambda folder: (folder / "x.cedar").write_text("/" * 1_000_001), "1,000,000 bytes"),
    ],
)
def test_a_folder_that_cannot_be_read(folder, break_it, message):
    break_it(folder)
    (finding,) = findings(folder)
    assert finding.code == "MG760"
    assert message in finding.message


def test_the_version_is_that_of_every_letter_of_policies_and_schema(folder):
    same = PolicySet.load(FOLDER).version
    assert PolicySet.load(folder).version == same
    (folder / "README.md").write_text("notes", encoding="utf-8")
    changed(folder / "cases.yaml", "AUDIT-2026", "AUDIT-2027")
    assert PolicySet.load(folder).version == same
    versions = {same}
    for name, before, after in (
        ("places.cedar", "< 22", "< 23"),
        ("places.cedar", "// From where", "// From  where"),
        ("schema.cedarschema", "// --- who", "// --  who"),
    ):
        changed(folder / name, before, after)
        versions.add(PolicySet.load(folder).version)
    (folder / "places.cedar").rename(folder / "where.cedar")
    versions.add(PolicySet.load(folder).version)
    assert len(versions) == 5


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("{usual: agent, act: look_up, permitted", "{usual: nobody, act: look_up, permitted",
         "no usual circumstances 'nobody'"),
        ("refused_by: [case_named], because: a reveal", "refused_by: [case_name], because: x",
         "no policy 'case_name'"),
        ("refused_by: [case_named], because: a reveal", "because: a reveal", "either"),
        ("act: look_up, permitted: true", "act: look, permitted: true", "act"),
        ("network: vpn, permitted", "netwerk: vpn, permitted", "netwerk"),
        ("usual:\n  agent:", "usual:\n  agent: [", "cannot be read"),
    ],
)  # fmt: skip
def test_cases_that_are_wrong(folder, before, after, message):
    changed(folder / "cases.yaml", before, after)
    with pytest.raises(MakegoodError, match="MG766") as error:
        read_cases(folder, PolicySet.load(folder))
    assert message in str(error.value)


def test_a_folder_needs_no_cases(folder):
    (folder / "cases.yaml").unlink()
    assert read_cases(folder, PolicySet.load(folder)) == ()
