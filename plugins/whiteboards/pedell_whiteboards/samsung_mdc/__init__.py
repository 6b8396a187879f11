"""Samsung MDC: professional displays and interactive boards of Samsung."""
