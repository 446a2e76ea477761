"""The HTTP API: one router a resource, schemas, and one error handler that answers problem+json (RFC 9457)."""
