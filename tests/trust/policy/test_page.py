"""docs/policy.md holds what the policies and the kinds of proposals say now."""

from makegood.trust.policy import LANGUAGES, Act, Role, act_name, markdown_of, matrix_of, role_name
from makegood.trust.proposals import RULES
from tests.golden import assert_golden
from tests.trust.policy.asked import FOLDER

PAGE = FOLDER.parent / "docs" / "policy.md"


def between(text: str, name: str, inside: str) -> str:
    """The text with another inside between the marks of this name."""
    head, _, rest = text.partition(f"<!-- {name} -->\n")
    _, _, tail = rest.partition(f"<!-- end of {name} -->\n")
    assert tail or rest.endswith(f"<!-- end of {name} -->\n"), name
    return f"{head}<!-- {name} -->\n{inside}<!-- end of {name} -->\n{tail}"


def lasts(time) -> str:
    hours = round(time.total_seconds() / 3600)
    many, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{many} {unit}{'s' if many > 1 else ''}"


def lifetimes() -> str:
    rows = ["| kind | open for at most | an approval lasts |", "| --- | --- | --- |"]
    rows += [
        f"| {rules.en} `{kind}` | {lasts(rules.to_decide)} | {lasts(rules.to_use)} |"
        for kind, rules in RULES.items()
    ]
    return "\n".join(rows) + "\n"


def test_the_page_is_as_the_policies_are(policies):
    text = PAGE.read_text(encoding="utf-8")
    text = between(text, "lifetimes", lifetimes())
    text = between(text, "table", markdown_of(matrix_of(policies), "en"))
    assert_golden(text, PAGE)


def test_the_table_says_what_is_decided(policies):
    matrix = matrix_of(policies)
    assert [row.act for row in matrix.rows] == list(Act)
    for row in matrix.rows:
        assert row.roles == policies.who_may(row.act)
        listed = {p.policy_id for p in (*matrix.always, *row.conditions, *row.conditions_of_roles)}
        for role in row.roles:
            assert {p.policy_id for p in policies.conditions_of(row.act, role)} <= listed


def test_every_role_and_act_has_a_name_of_its_own_in_each_language():
    for language in LANGUAGES:
        assert len({role_name(role, language) for role in Role}) == len(Role)
        assert len({act_name(act, language) for act in Act}) == len(Act)
