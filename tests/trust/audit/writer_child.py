"""Appends entries in a process of its own: python -m tests.trust.audit.writer_child NAME COUNT."""

import sys


def main(name: str, count: int) -> None:
    from makegood.project import prepared

    with prepared(migrate=False):
        from django.db import transaction

        from makegood.trust.audit import Record, append, append_many

        for number in range(count):
            record = Record("staff.signed_in", f"staff:{name}", details={"number": number})
            with transaction.atomic():
                if number % 10:
                    append(record)
                else:
                    append_many([record])
        print("done", flush=True)  # noqa: T201 - the parent waits for it


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
