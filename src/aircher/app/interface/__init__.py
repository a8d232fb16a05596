"""What the terminal interface needs of the program: the adapters behind `aircher.tui.ports`, and its start."""
