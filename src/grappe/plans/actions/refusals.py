"""What the deeds of this room refuse by."""

from __future__ import annotations

from grappe.audit.deeds import Refused


class UnableToPlan(Refused):
    pass


class UnableToGrant(Refused):
    pass


class UnableToConsent(Refused):
    pass


class UnableToRelease(Refused):
    pass


class UnableToRecord(Refused):
    pass


class UnableToSign(Refused):
    pass


class UnableToCorrect(Refused):
    pass


class UnableToDispute(Refused):
    pass


class UnableToWriteLetter(Refused):
    pass
