import signal


def attack():
    signal.signal(signal.SIGVTALRM, lambda number, frame: None)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.001, 0.001)


@CALLS@
