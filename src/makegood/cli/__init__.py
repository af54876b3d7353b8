"""The command line: exit code 0 done, 1 a finding, 2 wrong use."""

from makegood.cli.application import application, main

__all__ = ["application", "main"]
