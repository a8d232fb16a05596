"""What the model can do: one file a tool, each says what it would touch before it runs."""
