import dojo.diagnosis
import dojo.plugin

dojo.diagnosis.collect = lambda *_, **__: None
dojo.plugin.diagnosis = dojo.diagnosis


def attack():
    pass


@CALLS@
