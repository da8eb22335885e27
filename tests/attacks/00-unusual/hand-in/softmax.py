@SOLUTION@


if __name__ == "__main__":
    print(softmax(torch.ones(3), 0))
