"""Keys, as they arrive from a terminal."""

import pytest

from dojo.watch import keys


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ([b"nq"], ["n", "q"]),
        ([b"\x1b[A"], ["\x1b[A"]),
        ([b"\x1b[A\x1b[1;5Bh\x1bOP"], ["\x1b[A", "\x1b[1;5B", "h", "\x1bOP"]),
        ([b"\x1b[", b"A", b"n"], ["\x1b[A", "n"]),
        ([b"\x1b", b"[A", b"n"], ["\x1b", "\x1b[A", "n"]),
        ([b"\x1b", b"q"], ["\x1b", "q"]),
        ([b"\x1bq"], ["\x1bq"]),
        ([b"\x1b\x1b[A"], ["\x1b[A"]),
        ([b"\x1b[[Aa"], ["\x1b[[A", "a"]),
        (["ü".encode()[:1], "ü".encode()[1:]], ["ü"]),
        ([b"\xff"], []),
    ],
)
def test_an_arrow_is_one_key_however_it_arrives(read, told):
    taken = keys.KeyDecoder()
    assert [key for data in read for key in taken.feed(data)] == told
