NAME = "café"
@SOLUTION@
