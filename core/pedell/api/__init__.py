"""HTTP: webhooks and the service's health."""
