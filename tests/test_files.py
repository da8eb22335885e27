"""Files that are written whole."""

import os

from dojo.files import write_whole


def test_files_are_for_whom_the_umask_says(tmp_path):
    former = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", b"x")
    finally:
        os.umask(former)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640 or os.name != "posix"
    write_whole(tmp_path / "a", b"y")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
