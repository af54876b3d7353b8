"""An HTTP partner: idempotency keys, back-off, a limit of requests."""
