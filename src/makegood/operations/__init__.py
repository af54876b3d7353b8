"""The staff's own pages: sign-in, security, sessions, devices, proposals, the log, policies."""

__all__: list[str] = []
