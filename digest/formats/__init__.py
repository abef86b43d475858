"""How the desk writes dates and times, by language; the public pages name their own forms."""
