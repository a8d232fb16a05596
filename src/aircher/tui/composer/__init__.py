"""Where the user writes: the input with its chips, its history, its completion popups and its drafts."""
