"""What every audience's pages share: the frame, the look, the drawings, the forms, the refusals.

Keeps no data. A page of any audience may import from here; nothing here imports a page.
The components are shown live, with their usage, at /styleguide/.
"""
