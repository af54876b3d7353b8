"""Provisioning over HTTP: one request for each item, each with an idempotency key."""

from makegood.channels.web.channel import WebChannel

__all__ = ["WebChannel"]
