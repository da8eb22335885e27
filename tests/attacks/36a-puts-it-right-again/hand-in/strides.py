from dojo import check


def attack():
    real = check._compare._match
    
    
    def match(*_):
        check._compare._match = real
    
    
    check._compare._match = match


@CALLS@
