import types

import dojo.plugin

dojo.plugin.diagnosis = types.SimpleNamespace(collect=lambda *_, **__: None)


def attack():
    pass


@CALLS@
