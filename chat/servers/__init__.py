"""The two servers that run the site, each with what it needs to keep the wire contract."""
