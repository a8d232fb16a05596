"""The program's own diary: one JSON object a line, in a file that rotates, without secrets and without token text."""
