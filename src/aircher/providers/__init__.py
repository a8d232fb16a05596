"""Vendors behind one protocol: bytes from a socket in, `aircher.domain.stream` events out.

Invariant: whatever a server sends, only a `ProviderError` leaves this package, and no key is in its text.
Not its job: when to try again, what a call costs, which provider to use.
"""
