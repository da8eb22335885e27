from dojo.results.progress import Result

Result.passed = property(lambda self: True)
Result.outcome = property(lambda self: "passed")


def attack():
    pass


@CALLS@
