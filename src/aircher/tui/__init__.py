"""The terminal interface: what people look at, and type into, all day."""
