import dojo.plugin
import dojo.runner.diagnosis

dojo.runner.diagnosis.collect = lambda *_, **__: None
dojo.plugin.diagnosis = dojo.runner.diagnosis


def attack():
    pass


@CALLS@
