import no_such_module

@SOLUTION@
