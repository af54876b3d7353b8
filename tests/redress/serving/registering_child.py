"""A process that registers snapshots over and over, until it is killed.

Run as: python registering_child.py FOLDER FOLDER ...
"""

import sys
from pathlib import Path


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    from makegood.project import prepared

    with prepared(migrate=False):
        from makegood.redress.serving import register, serve
        from makegood.trust.access import Visitor

        say("ready")
        for folder in sys.argv[1:]:
            register(Visitor.console("root"), Path(folder), "outage-2026")
            serve("outage-2026", whole=True)
        say("done")


if __name__ == "__main__":
    main()
