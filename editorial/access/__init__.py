"""Who gets onto the desk: passwords that are not guessed, a second factor, and sessions that can be ended."""
