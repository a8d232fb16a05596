"""A terminal as this program sees it: styled rows go out, keys come in. Nothing here knows what Aircher is."""
