"""A refusal: every condition that failed, in words."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError
from makegood.trust.policy import Act, Ruling


class Refused(MakegoodError):
    """The policies do not allow it, MG770; ``ruling`` has each failed condition in ko and en.

    The refusal stands in the log already.
    """

    def __init__(self, act: Act, ruling: Ruling) -> None:
        self.act = act
        self.ruling = ruling
        findings = [
            Finding("MG770", f"'{act}' is refused: {reason.words['en']}", reason.policy_id)
            for reason in ruling.reasons
        ]
        super().__init__(findings or Finding("MG770", f"'{act}' is refused: no policy allows it"))

    @property
    def policy_ids(self) -> tuple[str, ...]:
        """The policies whose conditions failed."""
        return self.ruling.policy_ids

    def text(self, language: str) -> str:
        """All that failed, in ``ko`` or ``en``."""
        return self.ruling.text(language)


def unrecorded() -> MakegoodError:
    """The log cannot be written, MG771: so there is no access, allowed or not."""
    return MakegoodError(
        Finding(
            "MG771",
            "the access cannot be recorded, so it is not given",
            "see 'makegood doctor'; nothing personal is shown until the log can be written again",
        )
    )
