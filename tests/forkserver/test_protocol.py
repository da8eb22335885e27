"""Frames, as a fork server and a sandbox send them."""

import io

import pytest

from dojo.forkserver.protocol import MAX_FRAME, ConnectionCut, encode, read_message, take_messages
from dojo.grading.sandbox.protocol import Ready, Reply

READY = Ready("2.11", ("cpu",), (), {"storage/strides": (("test_a", "cpu"),)})


def test_a_message_comes_back_in_whatever_pieces_it_travels():
    stream = io.BytesIO(encode(READY) + encode(READY))
    assert read_message(lambda _: stream.read(1), Reply) == READY
    assert read_message(stream.read, Reply) == READY
    with pytest.raises(ConnectionCut, match="is gone"):
        read_message(stream.read, Reply)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (b"", "is gone"),
        (b"\0\0", "is gone"),
        (encode(READY)[:-1], "is gone"),
        ((MAX_FRAME + 1).to_bytes(4, "big"), f"of {MAX_FRAME + 1} bytes, which is too long"),
        (b"\0\0\0\x03abc", "makes no sense"),
        (b"\0\0\0\0", "makes no sense"),
        (b"\0\x01\x86\xa0" + b"\x91" * 100_000, "makes no sense"),
        (b"\0\0\0\x13\x82\xa4type\xa5Ready\xa5torch\xa1\xff", "makes no sense"),
    ],
    ids=range(8),
)
def test_a_message_that_is_none_ends_the_talk(frame, why):
    with pytest.raises(ConnectionCut, match=why):
        read_message(io.BytesIO(frame).read, Reply)


def test_messages_are_taken_out_of_what_has_come_so_far():
    frame = encode(READY)
    buffer = bytearray(frame + frame + frame[:-1])
    assert list(take_messages(buffer, Reply)) == [READY, READY]
    assert buffer == frame[:-1]
    buffer += frame[-1:]
    assert list(take_messages(buffer, Reply)) == [READY]
