"""Whose lines are: loaded from a file, with rejects; found by line and by customer."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from makegood.kernel import MakegoodError
from makegood.redress.serving import (
    Whose,
    customer_of,
    customers_of,
    first_holder_of,
    lines_of,
    load_holders,
    register,
    standings_of_customer,
)
from makegood.redress.serving import holders as holders_module
from makegood.trust.access import Refused
from tests.redress.outage_lines import console, line, published, snapshot
from tests.trust.access.visitors import agent, entries

pytestmark = pytest.mark.usefixtures("database")


def written(path, *rows):
    path.write_text("line_id,customer_id\n" + "".join(f"{row}\n" for row in rows))
    return path


def test_lines_have_the_customers_of_the_file(tmp_path):
    assert load_holders(console(), written(tmp_path / "h.csv", "A1,C1", "A2,C1", "A3,C2")) == 3
    assert customer_of("A1") == "C1"
    assert lines_of("C1") == ["A1", "A2"]
    assert customer_of("Z9") == "Z9"
    assert lines_of("Z9") == ["Z9"]
    assert lines_of("A1") == []
    (entry,) = entries("lines.holders_loaded")
    assert entry["actor"] == "console:root"


@pytest.mark.parametrize("there", [True, False])
def test_a_customer_is_found_by_the_statement_that_reads_their_lines(tmp_path, there):
    published()
    register(console(), snapshot(tmp_path / "march-1", {"A1": line(), "A2": line()}), "outage-2026")
    load_holders(console(), written(tmp_path / "h.csv", "A1,C1", "A2,C2"))
    whose = Whose(
        "SELECT 7 AS number, 'C1' AS customer_id WHERE %(there)s",
        ("number", "customer_id"),
        {"there": there},
    )
    found = standings_of_customer("outage-2026", whose)
    if there:
        named = standings_of_customer("outage-2026", "C1")
        assert (found.customer_id, found.whose) == ("C1", (7, "C1"))
        assert (found.lines, found.standings) == (named.lines, named.standings)
        assert found.lines == ("A1",)
    else:
        assert (found.customer_id, found.whose) == ("", (None, None))
        assert (found.lines, found.standings) == ((), ())


def test_a_later_file_says_whose_a_line_is_now(tmp_path):
    load_holders(console(), written(tmp_path / "h.csv", "A1,C1", "A2,C1"))
    load_holders(console(), written(tmp_path / "i.csv", "A1,C7"))
    assert customer_of("A1") == "C7"
    assert lines_of("C1") == ["A2"]


def test_rows_that_cannot_be_taken_are_told_by_number_alone(tmp_path):
    file = written(
        tmp_path / "h.csv", "A1,C1", ",C2", "A3,010-1234-5678", "A1,C9", "A5,", 'A"6,C1', "A7,C7"
    )
    told = []
    taken = load_holders(console(), file, on_reject=lambda row, why: told.append((row, why)))
    assert taken == 2
    assert sorted(told) == [
        (2, "no_line_id"),
        (3, "no_customer_id"),
        (4, "line_twice"),
        (5, "no_customer_id"),
        (6, "no_line_id"),
    ]
    assert customer_of("A1") == "C1"


def test_parquet_is_taken_as_well(tmp_path):
    table = pa.table({"customer_id": ["C1", None], "line_id": ["A1", "A2"], "more": [1, 2]})
    parquet.write_table(table, tmp_path / "h.parquet")
    assert load_holders(console(), tmp_path / "h.parquet") == 1
    assert customer_of("A1") == "C1"


@pytest.mark.parametrize("text", ["", "line_id\nA1\n", "line_id,customer_id\nA1\n"])
def test_a_file_that_is_none_leaves_everything_as_it_was(tmp_path, text):
    load_holders(console(), written(tmp_path / "h.csv", "A1,C1"))
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(MakegoodError, match="MG832"):
        load_holders(console(), tmp_path / "bad.csv")
    assert customer_of("A1") == "C1"


def test_an_agent_loads_nothing(tmp_path):
    with pytest.raises(Refused):
        load_holders(agent(), written(tmp_path / "h.csv", "A1,C1"))


@pytest.mark.parametrize("few", [0, 20_000])
def test_customers_of_many_lines_come_in_their_order(tmp_path, monkeypatch, few):
    monkeypatch.setattr(holders_module, "_FEW", few)
    load_holders(console(), written(tmp_path / "h.csv", "A1,C1", "A2,C1", "A3,C2"))
    found = customers_of(pa.chunked_array([["A3", "B9"], ["A1", "A3"]]))
    assert found.to_pydict() == {
        "line_id": ["A3", "B9", "A1", "A3"],
        "customer_id": ["C2", "B9", "C1", "C2"],
    }
    assert customers_of([]).num_rows == 0


def test_who_held_a_line_first_stays_known(tmp_path):
    """Whatever files say later, and however often they say the same."""
    load_holders(console(), written(tmp_path / "h.csv", "A1,C1", "A2,C1"))
    assert first_holder_of("A1") == customer_of("A1") == "C1"
    for customer in ("C1", "C7", "C7", "C9"):
        load_holders(console(), written(tmp_path / "i.csv", f"A1,{customer}"))
        assert (customer_of("A1"), first_holder_of("A1")) == (customer, "C1")
    assert (customer_of("A2"), first_holder_of("A2")) == ("C1", "C1")
    assert first_holder_of("Z9") == "Z9"


def test_a_line_s_first_holder_is_read_with_it(tmp_path):
    published()
    register(console(), snapshot(tmp_path / "march-1", {"A1": line(), "A2": line()}), "outage-2026")
    load_holders(console(), written(tmp_path / "h.csv", "A1,C1"))
    load_holders(console(), written(tmp_path / "i.csv", "A1,C2"))
    [of_next] = standings_of_customer("outage-2026", "C2").standings
    [of_nobody] = standings_of_customer("outage-2026", "A2").standings
    assert (of_next.customer_id, of_next.first_holder) == ("C2", "C1")
    assert (of_nobody.customer_id, of_nobody.first_holder) == ("A2", "A2")
