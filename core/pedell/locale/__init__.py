"""German texts, keyed by the English ones, one TOML file per area."""
