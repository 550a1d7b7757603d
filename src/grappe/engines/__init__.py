"""The engines: activities such as pooling needs, planning people, sharing costs.

Pure Python: no Django, no calendar clock, no file, no database; an engine knows no other engine. What they have in
common is here: `values` (money and quantities), `stop` (how a caller bounds, watches and stops a solve), `faults` (how a
malformed problem is refused). Each engine is a package with `problem`, `solve` and `result`, and one door:
`solve(problem, *, params, stop, seed) -> result`.
"""
