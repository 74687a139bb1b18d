"""The engine room of a server process: who is connected, what they have seen, and how posts are stored."""
