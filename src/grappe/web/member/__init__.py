"""Pages of a member firm's mandated person, phone first: commitments, hours to sign, the sheet paid-alone-saved."""
