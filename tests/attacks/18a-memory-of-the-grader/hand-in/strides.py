import os


def attack():
    try:
        found = [path for path in os.listdir("/proc") if path.isdigit()]
    except OSError:
        found = []
    for pid in {*found, str(os.getppid()), "1"} - {str(os.getpid())}:
        try:
            with open(f"/proc/{pid}/mem", "r+b") as memory:
                memory.seek(0x400000)
        except OSError:
            continue
        raise RuntimeError("reached the memory of another process")


attack()

@SOLUTION@
