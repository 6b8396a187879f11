"""Tests of Samsung MDC."""
