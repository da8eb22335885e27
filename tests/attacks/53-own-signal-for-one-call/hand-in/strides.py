import _signal


def attack():
    before = _signal.signal(_signal.SIGUSR2, lambda number, frame: frame.f_back.f_locals.get("expected"))
    _signal.raise_signal(_signal.SIGUSR2)
    _signal.signal(_signal.SIGUSR2, before)


@CALLS@
