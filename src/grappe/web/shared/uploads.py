"""A file too large is refused before it is read, or as soon as it passes the limit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler

FIELDS_BYTES = 1_000_000  # room for the form's other fields and the separators


class TooLarge(SuspiciousOperation):
    """What is being sent is larger than `most_bytes`; the site answers 413 (see errors.bad_request)."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"more than {most_bytes} bytes sent")
        self.most_bytes = most_bytes


class RefuseTooLarge(FileUploadHandler):
    """First of the upload handlers: looks at the announced length, then counts the bytes of each file as they come."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > settings.UPLOAD_BYTES_MAX + FIELDS_BYTES:
            raise TooLarge(settings.UPLOAD_BYTES_MAX)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._bytes += len(raw_data)
        if self._bytes > settings.UPLOAD_BYTES_MAX:
            raise TooLarge(settings.UPLOAD_BYTES_MAX)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""
