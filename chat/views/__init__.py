"""Pages: each module parses one kind of request, calls an action or `access`, and answers."""
