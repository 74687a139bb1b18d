"""Conversations from elsewhere: read, and posted into a room."""
