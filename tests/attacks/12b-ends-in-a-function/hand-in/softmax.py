def softmax(*_):
    raise KeyboardInterrupt


log_softmax = softmax
