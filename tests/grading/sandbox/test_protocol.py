"""What the grader and a sandbox say to each other."""

import io

import pytest

from dojo.grading.sandbox.protocol import LONGEST, Cut, Ready, Reply, packed, received

READY = Ready("2.11", ("cpu",), (), {"storage/strides": (("test_a", "cpu"),)})


def test_a_message_comes_back_in_whatever_pieces_it_travels():
    stream = io.BytesIO(packed(READY) + packed(READY))
    assert received(lambda _: stream.read(1), Reply) == READY
    assert received(stream.read, Reply) == READY
    with pytest.raises(Cut, match="the other side is gone"):
        received(stream.read, Reply)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (b"", "is gone"),
        (b"\0\0", "is gone"),
        (packed(READY)[:-1], "is gone"),
        ((LONGEST + 1).to_bytes(4, "big"), f"of {LONGEST + 1} bytes is too long"),
        (b"\0\0\0\x03abc", "makes no sense"),
        (b"\0\0\0\0", "makes no sense"),
        (b"\0\x01\x86\xa0" + b"\x91" * 100_000, "makes no sense"),
        (b"\0\0\0\x13\x82\xa4type\xa5Ready\xa5torch\xa1\xff", "makes no sense"),
    ],
    ids=range(8),
)
def test_a_message_that_is_none_ends_the_talk(frame, why):
    with pytest.raises(Cut, match=why):
        received(io.BytesIO(frame).read, Reply)
