"""Papers: what is printed from a template, kept as a PDF with its hash, and signed by link.

Keeps the templates (every version), the papers made from them with the facts that they print, and their signatures. Knows none of the
rooms that print into it: they register a kind of paper (`kinds.register`) and give its facts. Nothing is changed once
written: a paper is replaced by a later one. The method and its limits: docs/decisions, « Papers ».
"""
