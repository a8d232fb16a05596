"""The interface in plain lines: for screen readers, and for terminals that can do nothing else.

Nothing is ever drawn over: what is new comes below, in whole lines and in words, and what changes is announced.
"""
