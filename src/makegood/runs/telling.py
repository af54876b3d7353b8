"""What channels want somebody to look at: files that were put aside, pools that are low."""

from __future__ import annotations

from makegood.channels import ChannelName
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.channels import Channels, configured
from makegood.runs.rows import select

_USED = """
SELECT DISTINCT channel FROM runs_run
UNION SELECT DISTINCT channel FROM events_batch ORDER BY channel
"""


def channel_findings(
    settings: Settings, name: ChannelName | None = None, *, channels: Channels = configured
) -> list[Finding]:
    """The findings of one channel, or of every channel that runs use.

    One that is not set up has none: whoever sends through it tells.
    """
    names = [name] if name else [ChannelName(row[0]) for row in select(_USED)]
    found = list[Finding]()
    for each in names:
        try:
            found += channels(each, settings).findings()
        except MakegoodError:
            continue
    return found
