"""Coming from Open WebUI: its database or its export of functions, read, converted and taken in at once."""
