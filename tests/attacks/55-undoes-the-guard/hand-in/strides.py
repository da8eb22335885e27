import sys

from dojo import check


def attack():
    guarded = getattr(sys.modules["katas.storage.strides"], "contiguous_strides")
    for cell in guarded.__closure__ or ():
        if callable(cell.cell_contents) and cell.cell_contents.__name__ == "look":
            cell.cell_contents = lambda: None
    real = check._compare._match
    
    
    def match(*_):
        check._compare._match = real
    
    
    check._compare._match = match


@CALLS@
