"""The command line: exit code 0 done, 1 a finding, 2 wrong use."""

import sys


def main() -> None:
    """Run a command. A Ctrl-C ends it quietly from the first moment on."""
    try:
        # Imported here, so that stopping it while the engines load is no traceback.
        from makegood.cli.loading import load_engines_whole

        load_engines_whole()
        from makegood.cli.application import run

        run()
    except KeyboardInterrupt:
        print("stopped; nothing was left half-written", file=sys.stderr)  # noqa: T201
        sys.exit(130)


__all__ = ["main"]
