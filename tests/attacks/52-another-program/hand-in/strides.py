import subprocess


def attack():
    subprocess.run(["/bin/cat", "/etc/passwd"], capture_output=True, check=False)


@CALLS@
