"""Pictures in `data:` addresses, and the addresses that lists give them."""

from __future__ import annotations

import base64

import pytest

from penstock.flows.icons import ADDRESS, Icons, Picture, read_picture

LONG = b"<svg>" + b"y" * 300 + b"</svg>"
INLINE = "data:image/svg+xml;base64," + base64.b64encode(LONG).decode()


@pytest.mark.parametrize(
    ("address", "picture"),
    [
        ("data:image/png;base64,aGVsbG8=", Picture("image/png", b"hello")),
        ("DATA:image/PNG;charset=x;BASE64,aGVs\nbG8=", Picture("image/png", b"hello")),
        ("data:image/svg+xml,%3Csvg/%3E", Picture("image/svg+xml", b"<svg/>")),
        ("data:image/svg+xml;utf8,<svg a='\u00e4'/>", Picture("image/svg+xml", "<svg a='\u00e4'/>".encode())),
        ("data:image/png;base64,%", None),
        ("data:text/html;base64,aGVsbG8=", None),
        ("data:x", None),
        ("/static/a.png", None),
        (None, None),
    ],
)
def test_what_a_data_address_holds(address: str | None, picture: Picture | None) -> None:
    assert read_picture(address) == picture


def test_the_same_content_has_the_same_address_everywhere() -> None:
    address = Icons().address(INLINE)
    assert address.startswith(ADDRESS)
    assert address.endswith(".svg")
    assert Icons().address("data:image/svg+xml," + LONG.decode()) == address
    assert Icons().address(INLINE.replace("svg+xml", "png")) != address


def test_only_long_pictures_are_given_an_address() -> None:
    for icon in ("", "data:image/png;base64,aGVsbG8=", "https://example.com/" + "a" * 300, "data:image/png," * 2):
        assert Icons().address(icon) == icon
    broken = "data:image/png;base64," + "%" * 300
    assert Icons().address(broken) == broken


def test_a_picture_is_found_by_its_name_also_after_a_restart() -> None:
    name = Icons().address(INLINE).removeprefix(ADDRESS)
    icons = Icons()
    assert icons.picture(name, []) is None
    assert icons.picture(name, ["", "data:x", INLINE]) == Picture("image/svg+xml", LONG)
    assert icons.picture("../../etc/passwd", [INLINE]) is None
