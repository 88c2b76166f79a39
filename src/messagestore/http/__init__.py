"""The HTTP service: webhooks, the API, and what its operator asks it."""
