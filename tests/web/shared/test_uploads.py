from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from grappe.web.shared.uploads import FIELDS_BYTES, RefuseTooLarge, TooLarge

pytestmark = pytest.mark.urls("tests.web.shared.pages")


@pytest.fixture(autouse=True)
def _small(settings):
    settings.UPLOAD_BYTES_MAX = 1_000_000


def test_a_file_within_the_limit_arrives_whole(client, db):
    response = client.post("/recoit/", {"file": SimpleUploadedFile("a.csv", b"x" * 1_000_000)})
    assert response.content == b"file:1000000"


def test_a_file_over_the_limit_is_refused_in_words(client, db):
    response = client.post("/recoit/", {"file": SimpleUploadedFile("a.csv", b"x" * 1_000_001)})
    assert response.status_code == 413
    page = response.content.decode()
    assert "Ce fichier dépasse 1\u00a0Mo" in page
    assert "coupez-le en deux" in page


class Tap:
    """A body of 200 MB that counts what is drawn from it."""

    def __init__(self) -> None:
        self.drawn = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.drawn += size
        return b"x" * size

    readline = read


def test_two_hundred_megabytes_are_refused_without_being_read(client, db):
    tap = Tap()
    sent = {"wsgi.input": tap, "CONTENT_LENGTH": "200000000", "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    response = client.generic("POST", "/recoit/", **sent)
    assert response.status_code == 413
    assert tap.drawn < 100_000


def test_a_length_that_lies_is_caught_while_the_file_comes():
    handler = RefuseTooLarge(RequestFactory().post("/"))
    handler.handle_raw_input(None, {}, 10, b"b")
    handler.new_file("file", "a.csv", "text/csv", None)
    handler.receive_data_chunk(b"x" * 1_000_000, 0)
    with pytest.raises(TooLarge):
        handler.receive_data_chunk(b"x", 1_000_000)


def test_the_other_fields_have_room_beside_a_file_at_the_limit():
    handler = RefuseTooLarge(RequestFactory().post("/"))
    handler.handle_raw_input(None, {}, 1_000_000 + FIELDS_BYTES, b"b")
    with pytest.raises(TooLarge):
        handler.handle_raw_input(None, {}, 1_000_001 + FIELDS_BYTES, b"b")
