"""The conversation on the screen: which rows of it are seen, however long it is."""
