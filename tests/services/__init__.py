"""The real servers the tests talk to: databases, Redis, the site's own processes, a browser.

Everything here is started by the tests, on ports of its own, and stopped again.
"""
