raise SystemExit(0)

@SOLUTION@
