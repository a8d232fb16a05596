"""Vim's keys: a parser of commands, tables of what they do, and the modes.

Invariant: a command is done when its last key comes, or not at all. Source of the behaviour: vim 9's documentation and
vim itself, with which random keys were compared. Not its job: command lines, windows, marks, macros, folds.
"""
