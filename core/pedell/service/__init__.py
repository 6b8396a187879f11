"""The one door: command line, web, schedule and webhooks all come through here."""
