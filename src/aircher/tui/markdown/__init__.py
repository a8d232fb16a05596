"""Markdown as it streams in, to rows."""
