"""What operators get wrong: one module for each kind, and a sentence for each finding that says what to do.

Nothing here needs tables, a database that answers, or a site that runs: what is missing is what it looks for.
"""
