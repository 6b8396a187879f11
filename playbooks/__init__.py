"""The playbooks that ship with Pedell."""
