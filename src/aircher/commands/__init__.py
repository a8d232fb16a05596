"""Slash commands: what a person can ask of Aircher itself, in whichever frontend.

A command is a module with ``COMMAND``; it says what should happen (`outcome`), the frontend does the rest in its way.
"""
