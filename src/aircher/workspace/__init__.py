"""The files the agent works on, and the only door to them."""
