import sys

from dojo import check


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
                if isinstance(held, (dict, list, set)):
                    held.clear()
                elif type(held).__name__ == "cell":
                    held.cell_contents = lambda *_: None
    check._compare._match = lambda *_: None


@CALLS@
