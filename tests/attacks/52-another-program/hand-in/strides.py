import subprocess


def attack():
    subprocess.run(["/bin/cat", "/etc/passwd"], capture_output=True, check=False)


def storage_index(tensor, index):
    attack()
    return 0


def contiguous_strides(shape):
    attack()
    return ()
