"""Who is where, when: calendars of shared people, drafted then released, and the hours really worked.

Keeps slots (a person is in one place per half-day: the database holds it), released calendars (numbered, frozen), wishes,
absences, hours and their countersignature. Signed hours become acts. A coordinator plans; an employee records; a member countersigns.
"""
