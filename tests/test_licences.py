"""What onewindow is installed with says under which licence it comes, and none asks that onewindow be given away likewise."""

import re

import pytest

from tests.reference.licences import licences

MAY_BE_USED = re.compile(
    r"Apache(-2\.0)?|BSD(-[23]-Clause)?|0BSD|MIT(-0)?|ISC|PSF-2\.0|Zlib|CC0-1\.0|LGPL-3\.0-only|License|AND|OR|\(ISCL\)"
)


@pytest.mark.parametrize(("package", "licence"), licences().items())
def test_a_package_may_be_used(package: str, licence: str) -> None:
    """LGPL asks only that psycopg itself can be replaced, as it can."""
    assert licence
    assert [word for word in licence.split() if not MAY_BE_USED.fullmatch(word.strip(","))] == [], package


def test_all_of_them_are_listed() -> None:
    assert {"sqlalchemy", "psycopg", "cryptography", "eventsourcing"} <= licences().keys()
    assert len(licences()) >= 28
