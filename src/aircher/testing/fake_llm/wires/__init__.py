"""The wires, one file each: neutral steps in, bytes out.

Invariant: nothing here reads a clock, a file or a socket.
"""
