"""A loopback server that speaks the wires of all providers: answers from a script, mishaps from a seed.

`server.FakeLlm` runs in an event loop, `hosted.HostedFakeLlm` in a thread of its own; ``aircher dev fake-llm`` is the
same for a person. Invariant: it listens on this machine only, and keeps no key in what it records.
"""
