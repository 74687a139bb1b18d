"""The HTTP door: the same actions and reads as on the socket, as JSON."""
