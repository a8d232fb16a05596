"""Boxes that ask the person something: permission, questions, and choices of every kind."""
