import os
import sys


def attack():
    for finder in sys.meta_path:
        session = getattr(finder, "session", None)
        for plugin in session.config.pluginmanager.get_plugins() if session else ():
            if type(plugin).__name__ == "_Reporter":
                for item in session.items:
                    plugin.write({"result": {"test": item.nodeid, "kata": "", "statement": ""}})
                plugin.write({"done": True})
                os._exit(0)


@CALLS@
