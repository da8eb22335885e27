"""Writes the hand-in: stubs change with the course."""


def make(place, root):
    place.mkdir()
    for name, line_end in (("storage/strides", b"\n"), ("losses/softmax", b"\r\n")):
        stub = (root / "katas" / f"{name}.py").read_bytes()
        (place / f"{name.partition('/')[2]}.py").write_bytes(stub.replace(b"\n", line_end))
