"""A tool library and the six people who run it: what `manage.py demo` fills an empty site with."""
