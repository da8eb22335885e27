import _pytest.reports

real = _pytest.reports.TestReport.from_item_and_call.__func__


def passed(cls, item, call):
    call.excinfo = None
    return real(cls, item, call)


_pytest.reports.TestReport.from_item_and_call = classmethod(passed)


def attack():
    return 0


@CALLS@
