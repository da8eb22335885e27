raise KeyboardInterrupt

@SOLUTION@
