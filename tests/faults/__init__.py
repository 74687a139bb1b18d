"""Services and clients fail while people talk, and a checker holds every promise against what came of it."""
