"""Saves are told of, whatever the system can do and whatever becomes of the folder."""

import shutil
import threading

import watchfiles

from dojo.watch import saves


def test_where_the_system_cannot_tell_of_saves_they_are_looked_for(project, monkeypatch):
    watch, asked = watchfiles.watch, []

    def failing(*folders, force_polling, **options):
        asked.append(force_polling)
        if not force_polling:
            raise OSError(28, "inotify watch limit reached")
        return watch(*folders, force_polling=True, **options)

    monkeypatch.setattr(watchfiles, "watch", failing)
    seen, file = threading.Event(), project.root / "katas/words/shout.py"
    with saves.subscribe(project.root / "katas", lambda files: file in files and seen.set()):
        for number in range(100):
            file.write_text(f"# {number}\n", encoding="utf-8")
            if seen.wait(0.3):
                break
    assert seen.is_set()
    assert asked == [None, True]


def test_a_folder_that_takes_the_place_of_another_is_watched(project, monkeypatch):
    monkeypatch.setattr(saves, "_FOLDER_CHECK_INTERVAL", 50)
    katas, seen, file = project.root / "katas", threading.Event(), project.root / "katas/words/shout.py"
    shutil.copytree(katas, project.root / "kept")
    with saves.subscribe(katas, lambda files: file in files and seen.set()):
        for way in (shutil.move, shutil.copytree):
            shutil.rmtree(katas)
            way(project.root / "kept", katas)
            assert seen.wait(60)  # of all that lies there now
            seen.clear()
            for number in range(100):
                file.write_text(f"# {number}\n", encoding="utf-8")
                if seen.wait(0.3):
                    break
            assert seen.is_set()
            seen.clear()
            shutil.copytree(katas, project.root / "kept", dirs_exist_ok=True)
