"""A virtual school: simulators that keep state, count effects and misbehave on request."""
