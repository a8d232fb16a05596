"""Aircher: a terminal AI coding agent that speaks to any model."""

__version__ = "0.1.0"
