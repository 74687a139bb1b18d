"""What moderators and rules do. Each act is by an `Actor`, has a reason or needs none, and is on the record."""
