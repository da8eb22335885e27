import builtins


def attack():
    real = builtins.type
    
    
    def kind(*arguments):
        builtins.type = real
        return int
    
    
    builtins.type = kind


@CALLS@
