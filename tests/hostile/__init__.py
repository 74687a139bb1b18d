"""People who mean harm: malformed input, floods, clients that do not read, and words that are code."""
