"""The composition root: the only room that sees every other one."""
