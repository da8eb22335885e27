import dojo.diagnosis
import dojo.plugin

dojo.diagnosis.collect = lambda *_, **__: None
dojo.plugin.diagnosis = dojo.diagnosis


def attack():
    pass


def storage_index(tensor, index):
    attack()
    return 0


def contiguous_strides(shape):
    attack()
    return ()
