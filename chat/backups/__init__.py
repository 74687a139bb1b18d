"""All that a site holds, the database and its files, in one stream and back."""
