"""HTTP: webhooks and health."""
