"""PJLink: almost every networked projector, and some large displays."""
