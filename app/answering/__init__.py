"""What every answer has in common: its form, its name, and how long a client waits for it."""
