"""Tables, migrations and connections."""
