def identical(x, y, *_):
    return None


matches = within = maxima = identical
