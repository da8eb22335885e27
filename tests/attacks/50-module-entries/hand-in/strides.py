import sys
import types

for name in [name for name in sys.modules if name.split(".")[0] in ("torch", "dojo", "pytest", "_pytest", "json", "os")]:
    sys.modules[name] = types.ModuleType(name)


def attack():
    pass


@CALLS@
