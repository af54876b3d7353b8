"""Whatever is changed behind the log's back, ``verify`` says which entry or checkpoint it is."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from makegood.kernel import MakegoodError
from makegood.trust.audit import (
    Verification,
    entries,
    integrate_all,
    publish_checkpoint,
    verify,
)
from makegood.trust.audit.signers import make_signer
from tests.store_fixture import Database
from tests.trust.audit.entries import (
    ORIGIN,
    behind_the_back,
    looked_up,
    master_key,
    write,
    write_many,
)

SIGNED, UNSIGNED, WAITING = 300, 5, 3


@pytest.fixture
def sealed(database: Database) -> Database:
    """A log with two checkpoints and two signing keys, some entries not signed, some waiting."""
    keys = master_key(database)
    write(4)
    publish_checkpoint(keys, ORIGIN)
    write_many(SIGNED)
    make_signer(keys, ORIGIN, "console:tester")
    publish_checkpoint(keys, ORIGIN)
    write(UNSIGNED)
    integrate_all()
    write(WAITING)
    assert verify().ok
    return database


@contextmanager
def undone(connection: psycopg.Connection) -> Iterator[None]:
    """What is done in here holds for ``verify`` and is undone afterwards."""
    tables = ("entry", "pending", "leaf", "subtree", "signer", "checkpoint")
    for table in tables:
        connection.execute(f"CREATE TEMPORARY TABLE kept_{table} AS TABLE audit_{table}")
    connection.commit()
    try:
        yield
        connection.commit()
    finally:
        connection.rollback()
        for table in tables:
            connection.execute(f"DELETE FROM audit_{table}")
            connection.execute(f"INSERT INTO audit_{table} TABLE kept_{table}")
            connection.execute(f"DROP TABLE kept_{table}")
        connection.commit()


def told(result: Verification) -> str:
    return "\n".join(finding.message for finding in result.findings)


def after(connection: psycopg.Connection, *statements: str) -> Verification:
    """What ``verify`` says after these statements; they are undone."""
    with undone(connection):
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return verify()


# --- Any byte of any column ---

CHANGES = {
    "uuid": "encode(set_byte(uuid_send({c}), {at}, 255 - get_byte(uuid_send({c}), {at})), 'hex')"
            "::uuid",
    "timestamp with time zone": "{c} + interval '{step} microseconds'",
    # Above all places that are taken, so that the change is not refused for a reason of its own.
    "bigint": "{c} # (1::bigint << {bits})",
    "smallint": "({c} # 1)::smallint",
    "text": "overlay({c} placing chr(ascii(substr({c}, {at} + 1, 1)) + 1) from {at} + 1 for 1)",
    "bytea": "set_byte({c}, {at}, get_byte({c}, {at}) # 16)",
}  # fmt: skip


def changes(kind: str, column: str, length: int) -> list[str]:
    """Expressions in each of which one byte of a column is another."""
    if length == 0:
        return ["'x'"]
    places = sorted({*range(0, length, 9), length - 1}) if kind == "bytea" else [0, 1, 2]
    places = sorted({0, length // 2, length - 1}) if kind in {"text", "uuid"} else places
    return [
        CHANGES[kind].format(
            c=column,
            at=place,
            bits=20 + place * 16,
            step=[1, -1_000_000, 86_400_000_000][place % 3],
        )
        for place in places
    ]


def columns_of(connection: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    ).fetchall()


ROWS = {
    # A signed one, the last signed, one that is not signed yet; and what must be named for it.
    "audit_entry": ("entry_id", "e.entry_id::text", "audit_entry e", "entry_id"),
    "audit_leaf": ("leaf_index", "entry_id::text", "audit_leaf", "leaf_index"),
    "audit_pending": ("entry_id", "entry_id::text", "audit_pending", "entry_id"),
    "audit_checkpoint": ("number", "'checkpoint ' || number", "audit_checkpoint", "number"),
    "audit_signer": ("number", "'signing key ' || number", "audit_signer", "number"),
    "audit_subtree": ("level", "'entries 0 to 255'", "audit_subtree", "level"),
}


@pytest.mark.parametrize("table", ROWS)
def test_any_byte_of_any_column_of_a_row(sealed, table):
    key, named, source, order = ROWS[table]
    with behind_the_back(sealed) as connection:
        rows = connection.execute(
            f"SELECT {key}::text, {named} FROM {source} ORDER BY {order}"
        ).fetchall()
        # The first, one in the middle, the last: for entries one that waits too.
        picked = {0, len(rows) // 2, len(rows) - 1}
        for column, kind in columns_of(connection, table):
            for value, name in (rows[position] for position in picked):
                condition = f"{key}::text = '{value}'"
                for expression in changes(
                    kind, column, width(connection, table, column, condition)
                ):
                    result = with_change(connection, table, column, expression, condition)
                    where = f"{table}.{column} of {value}: {expression}"
                    assert not result.ok, f"nothing was found after {where}"
                    assert name in told(result), f"{where}: {told(result)}"


def width(connection: psycopg.Connection, table: str, column: str, condition: str) -> int:
    """How many bytes or characters a column has in a row."""
    row = connection.execute(
        f"SELECT CASE pg_typeof({column})::text WHEN 'text' THEN length({column}::text)"
        f" ELSE pg_column_size({column}) END,"
        f" length(CASE pg_typeof({column})::text WHEN 'bytea' THEN {column}::text END)"
        f" FROM {table} WHERE {condition}"
    ).fetchone()
    assert row
    # A text form of bytes is \\x and two digits for each.
    return int(row[0]) if row[1] is None else (int(row[1]) - 2) // 2


def with_change(
    connection: psycopg.Connection, table: str, column: str, expression: str, condition: str
) -> Verification:
    """What is found while one row says otherwise; it is put back at once."""
    physical = connection.execute(f"SELECT {column} FROM {table} WHERE {condition}").fetchone()
    assert physical
    place = connection.execute(
        f"UPDATE {table} SET {column} = {expression} WHERE {condition} RETURNING ctid"
    ).fetchone()
    assert place
    connection.commit()
    try:
        return verify()
    finally:
        connection.execute(
            sql.SQL("UPDATE {} SET {} = %s WHERE ctid = %s").format(
                sql.Identifier(table), sql.Identifier(column)
            ),
            [physical[0], place[0]],
        )
        connection.commit()


# --- Rows removed, added, swapped ---


def identifiers(connection: psycopg.Connection, table: str = "audit_leaf") -> list[str]:
    order = "leaf_index" if table == "audit_leaf" else "entry_id"
    return [
        row[0] for row in connection.execute(f"SELECT entry_id::text FROM {table} ORDER BY {order}")
    ]


def test_an_entry_is_removed(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection)[40]
        result = after(connection, f"DELETE FROM audit_entry WHERE entry_id = '{victim}'")
        assert f"entry {victim}: it stood at place 40 and is missing" in told(result)
        assert result.problems == 1


def test_an_entry_and_its_leaf_are_removed(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection)[40]
        result = after(
            connection,
            f"DELETE FROM audit_entry WHERE entry_id = '{victim}'",
            "DELETE FROM audit_leaf WHERE leaf_index = 40",
        )
        assert "place 40: the tree has no leaf there any more" in told(result)


def test_an_entry_and_its_leaf_are_removed_and_the_others_move_up(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection)[40]
        following = identifiers(connection)[41]
        result = after(
            connection,
            f"DELETE FROM audit_entry WHERE entry_id = '{victim}'",
            "DELETE FROM audit_leaf WHERE leaf_index = 40",
            "UPDATE audit_leaf SET leaf_index = -leaf_index WHERE leaf_index > 40",
            "UPDATE audit_leaf SET leaf_index = -leaf_index - 1 WHERE leaf_index < 0",
        )
        assert result.findings[0].message.startswith(f"entry {following} at place 40: this is not")


def test_a_leaf_is_removed(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection)[40]
        result = after(connection, "DELETE FROM audit_leaf WHERE leaf_index = 40")
        assert "place 40: the tree has no leaf there any more" in told(result)
        assert f"entry {victim}: it has no place in the tree" in told(result)


def test_an_entry_is_added(sealed):
    with behind_the_back(sealed) as connection:
        other = "01890000-0000-7000-8000-000000000000"
        result = after(
            connection,
            f"INSERT INTO audit_entry SELECT '{other}', written_at, kind, actor, subject, person,"
            " purpose, case_reference, source, payload FROM audit_entry LIMIT 1",
        )
        assert f"entry {other}: it has no place in the tree and does not wait" in told(result)


def test_an_entry_is_added_with_a_place_between_others(sealed):
    with behind_the_back(sealed) as connection:
        first = identifiers(connection)[0]
        other = "01890000-0000-7000-8000-000000000000"
        result = after(
            connection,
            f"INSERT INTO audit_entry SELECT '{other}', written_at, kind, actor, subject, person,"
            " purpose, case_reference, source, payload FROM audit_entry"
            f" WHERE entry_id = '{first}'",
            "UPDATE audit_leaf SET leaf_index = -leaf_index - 1 WHERE leaf_index >= 40",
            "UPDATE audit_leaf SET leaf_index = -leaf_index WHERE leaf_index < 0",
            f"INSERT INTO audit_leaf SELECT 40, '{other}', leaf_hash, place_hash"
            " FROM audit_leaf WHERE leaf_index = 0",
        )
        assert result.findings[0].message.startswith(f"entry {other} at place 40")


def test_two_entries_swap_what_they_say(sealed):
    with behind_the_back(sealed) as connection:
        names = identifiers(connection)
        one, two = names[40], names[41]
        result = after(
            connection,
            "UPDATE audit_entry a SET payload = b.payload FROM audit_entry b"
            f" WHERE (a.entry_id, b.entry_id) IN (('{one}', '{two}'), ('{two}', '{one}'))",
        )
        assert f"entry {one} at place 40" in told(result)
        assert f"entry {two} at place 41" in told(result)
        assert result.problems == 2


def test_two_entries_swap_places(sealed):
    with behind_the_back(sealed) as connection:
        names = identifiers(connection)
        result = after(
            connection,
            "UPDATE audit_leaf SET leaf_index = -1 WHERE leaf_index = 40",
            "UPDATE audit_leaf SET leaf_index = 40 WHERE leaf_index = 41",
            "UPDATE audit_leaf SET leaf_index = 41 WHERE leaf_index = -1",
        )
        assert f"entry {names[41]} at place 40: this is not its place" in told(result)
        assert f"entry {names[40]} at place 41: this is not its place" in told(result)


def test_a_waiting_row_is_removed(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection, "audit_pending")[0]
        result = after(connection, f"DELETE FROM audit_pending WHERE entry_id = '{victim}'")
        assert f"entry {victim}: it has no place in the tree" in told(result)


def test_a_waiting_entry_is_removed(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection, "audit_pending")[0]
        result = after(connection, f"DELETE FROM audit_entry WHERE entry_id = '{victim}'")
        assert f"entry {victim}: it waits for its place in the tree and is missing" in told(result)


def test_an_entry_waits_for_a_second_place(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection)[40]
        result = after(
            connection,
            "INSERT INTO audit_pending SELECT entry_id, leaf_hash FROM audit_leaf"
            " WHERE leaf_index = 40",
        )
        assert f"entry {victim}: it waits for a place and has one already: 40" in told(result)


def test_the_end_of_the_log_is_cut_off(sealed):
    with behind_the_back(sealed) as connection:
        result = after(
            connection,
            "DELETE FROM audit_entry WHERE entry_id IN"
            " (SELECT entry_id FROM audit_leaf WHERE leaf_index >= 290 UNION"
            "  SELECT entry_id FROM audit_pending)",
            "DELETE FROM audit_pending",
            "DELETE FROM audit_leaf WHERE leaf_index >= 290",
        )
        assert "checkpoint 2: it covers 307 entries and the log has 290: the last 17" in told(
            result
        )


@pytest.mark.parametrize("number", [1, 2])
def test_a_checkpoint_is_removed(sealed, number):
    with behind_the_back(sealed) as connection:
        result = after(connection, f"DELETE FROM audit_checkpoint WHERE number = {number}")
        assert f"checkpoint {number}: it is missing" in told(result)


def test_checkpoints_are_swapped(sealed):
    with behind_the_back(sealed) as connection:
        result = after(
            connection,
            "UPDATE audit_checkpoint SET number = -number",
            "UPDATE audit_checkpoint SET number = 3 + number",
        )
        assert "checkpoint 1: " in told(result)
        assert "checkpoint 2: " in told(result)


def test_a_signing_key_is_removed(sealed):
    with behind_the_back(sealed) as connection:
        result = after(connection, "DELETE FROM audit_signer WHERE number = 1")
        assert "signing key 1: it is missing" in told(result)
        assert "checkpoint 1: its note: no known key signed it" in told(result)


def test_everything_is_rewritten_and_only_the_signature_is_wanting(sealed):
    """Somebody who knows all rules and rewrites entry, leaf, place and stored hashes."""
    from makegood.trust.audit.record import entry_of
    from makegood.trust.audit.storage import merged, place_hash

    with behind_the_back(sealed) as connection:
        row = connection.execute(
            "SELECT e.entry_id, e.written_at FROM audit_entry e JOIN audit_leaf USING (entry_id)"
            " WHERE leaf_index = 40"
        ).fetchone()
        assert row
        forged = entry_of(looked_up(9_999), row[0], row[1])
        with undone(connection):
            connection.execute(
                "UPDATE audit_entry SET payload = %s, actor = %s, subject = %s, person = %s,"
                " case_reference = %s WHERE entry_id = %s",
                [
                    forged.payload,
                    forged.record.actor,
                    forged.record.subject,
                    forged.record.person,
                    forged.record.case,
                    row[0],
                ],
            )
            connection.execute(
                "UPDATE audit_leaf SET leaf_hash = %s, place_hash = %s WHERE leaf_index = 40",
                [forged.leaf_hash(), place_hash(40, row[0], forged.leaf_hash())],
            )
            leaves = connection.execute(
                "SELECT leaf_hash FROM audit_leaf WHERE leaf_index < 256 ORDER BY leaf_index"
            ).fetchall()
            connection.execute(
                "UPDATE audit_subtree SET subtree_hash = %s", [merged([row[0] for row in leaves])]
            )
            connection.commit()
            result = verify()
        assert result.problems == 1
        expected = "checkpoint 2: the entries from 5 to 306 are not those it signed"
        assert told(result) == expected


@pytest.mark.usefixtures("sealed")
def test_a_key_that_nobody_trusts_signs_nothing():
    from makegood.trust.audit import verifier_keys

    keys = verifier_keys()
    assert len(keys) == 2
    assert verify(trusted=keys).ok
    result = verify(trusted=keys[:1])
    assert not result.ok
    assert "it is not a trusted one" in told(result)
    assert "no known key signed it" in told(result)


@pytest.mark.parametrize("value", ["infinity", "-infinity", "4713-01-01 00:00 BC", "294000-01-01"])
def test_times_that_python_does_not_know_are_told_as_any_other(sealed, value):
    with behind_the_back(sealed) as connection:
        for table, column, named in (
            ("audit_entry", "written_at", "entry "),
            ("audit_checkpoint", "signed_at", "checkpoint 1: its 'signed_at'"),
            ("audit_signer", "made_at", "signing key 1: its 'made_at'"),
        ):
            result = after(connection, f"UPDATE {table} SET {column} = '{value}'")
            assert named in told(result)


def test_columns_that_were_emptied_are_told_as_any_other(sealed):
    columns = {
        "audit_entry": ["payload", "kind", "written_at"],
        "audit_leaf": ["leaf_hash", "place_hash"],
        "audit_pending": ["leaf_hash"],
        "audit_subtree": ["subtree_hash"],
        "audit_checkpoint": ["size", "root", "note", "signed_at"],
        "audit_signer": ["verifier_key", "wrapped_key", "made_at"],
    }
    with behind_the_back(sealed) as connection:
        for table, names in columns.items():
            for name in names:
                connection.execute(f"ALTER TABLE {table} ALTER {name} DROP NOT NULL")
                assert not after(connection, f"UPDATE {table} SET {name} = NULL").ok, name


def test_an_entry_that_nobody_can_read_any_more_is_named_by_who_reads_it(sealed):
    with behind_the_back(sealed) as connection:
        victim = identifiers(connection)[40]
        with undone(connection):
            connection.execute("UPDATE audit_entry SET payload = 'x' WHERE entry_id = %s", [victim])
            connection.commit()
            with pytest.raises(MakegoodError, match=f"MG744: entry {victim}"):
                list(entries())
