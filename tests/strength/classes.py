"""Grade a made class of 200 unattended: every verdict as expected, twice, stopped and gone on with, and on a cluster.

    python tests/strength/classes.py [--people 200] [--jobs 2] [--seed 8] [--skip-cluster]

Right hand-ins are made of the solutions and of the alternatives, wrong ones of the mistakes, hostile ones of
tests/attacks; others are empty, broken, or packed in every way that hand-ins come in. The exit status is 1 where a
verdict is another than expected, or where two runs differ.
"""

import argparse
import io
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import psutil

from dojo.runner import variants as changes

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.grading import attacks as hostile

ROOT = Path(__file__).parents[2]
WRONG = {"failed", "timeout", "memory", "crashed", "output_limit"}
JUDGED = {"solved", "failed", "not_attempted"}
NAMES = [
    "Ada",
    "Boris",
    "Chloé",
    "Dilek",
    "Emre",
    "Fatou",
    "Gūn",
    "Hà",
    "Ines",
    "Jorge",
    "Kofi",
    "Lü",
    "Mei",
    "Nour",
    "Ólafur",
    "Priya",
    "Quinn",
    "Rui",
    "Sanna",
    "Tomás",
]


def katas():
    return sorted(path.relative_to(ROOT / "solutions").as_posix()[:-3] for path in (ROOT / "solutions").glob("*/*.py"))


def variants(kind, kata):
    """Return the answers to a kata in tests/mistakes or tests/alternatives."""
    path = ROOT / "tests" / kind / f"{kata}.py"
    return list(changes.variants(kata, path.read_text(encoding="utf-8"))) if path.is_file() else []


def answer(kata, kind="", variant=None):
    """Return the text of an answer: the solution, changed, or with the attributes of one class laid over it."""
    text = (ROOT / "solutions" / f"{kata}.py").read_text(encoding="utf-8")
    if not variant:
        return text
    other = (ROOT / "tests" / kind / f"{kata}.py").read_text(encoding="utf-8")
    body = re.sub(r"^from __future__ .*$", "", other, flags=re.MULTILINE)
    if variant.change:
        return f"{body}\n\n{variant.change.applied(text)}"
    over = f"globals().update({{k: v for k, v in vars({variant.name}).items() if not k.startswith('__')}})"
    return f"{text}\n\n{body}\n\n{over}\n"


def person(kind, random_, everything):
    """Return the files of a hand-in by path, and the states that are expected of each kata in it."""
    files, expected = {}, {}
    for kata in random_.sample(everything, random_.randint(2, 6)):
        flawed = kind == "mistaken" and random_.random() < 0.5
        kinds = [name for name in ("alternatives",) if variants(name, kata) and random_.random() < 0.5]
        if kind == "untouched":
            files[kata], expected[kata] = (ROOT / "katas" / f"{kata}.py").read_text(encoding="utf-8"), {"not_attempted"}
        elif flawed and variants("mistakes", kata):
            files[kata] = answer(kata, "mistakes", random_.choice(variants("mistakes", kata)))
            expected[kata] = WRONG
        elif kinds:
            files[kata] = answer(kata, "alternatives", random_.choice(variants("alternatives", kata)))
            expected[kata] = {"solved"}
        else:
            files[kata], expected[kata] = answer(kata), {"solved"}
        if kind == "broken" and random_.random() < 0.6:
            files[kata] = random_.choice(["def broken(:\n", "import no_such_module\n", "\ud800", "", "\0", "1 / 0\n"])
            expected[kata] = {"failed"}
    return files, expected


def laid(folder, name, files, random_):
    """Write a hand-in in one of the ways that hand-ins come in."""
    contents = {f"{kata}.py": text.encode("utf-8", "surrogatepass") for kata, text in files.items()}
    way = random_.choice(["katas", "chapters", "flat", "zip", "tar", "practice"])
    if way == "zip":
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in contents.items():
                archive.writestr(f"my work/katas/{path}", data)
        return
    if way == "tar":
        with tarfile.open(folder / f"{name}.tar.gz", "w:gz") as archive:
            for path, data in contents.items():
                entry = tarfile.TarInfo(f"katas/{path}")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return
    top = folder / name / {"katas": "katas", "practice": "katas"}.get(way, "")
    for path, data in contents.items():
        place = top / (Path(path).name if way == "flat" else path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    if way == "practice":
        (folder / name / "conftest.py").write_text("raise SystemExit('nobody runs this')\n")
        (folder / name / "katas" / "torch.py").write_text("raise SystemExit('nor this')\n")


def attacks():
    """Return hostile hand-ins of tests/attacks that need nothing else: the folder, and the state expected of each kata.

    Those that may get one state or another are left out: two runs would differ.
    """
    for path in hostile.ATTACKS:
        told = hostile.expected(path.name)
        states = {kata: set(each["states"]) for kata, each in told["katas"].items()}
        if "person" in told or (path / "make.py").exists() or any(len(each) > 1 for each in states.values()):
            continue
        if not hostile.words(path):
            yield path, states


def make(folder, people, seed):
    """Make the class; return the states expected of each kata of each person."""
    random_, everything, expected = random.Random(seed), katas(), {}
    attackers = list(attacks())
    kinds = ["right"] * 8 + ["mistaken"] * 7 + ["broken"] * 2 + ["untouched", "empty", "archive"]
    for number in range(people):
        name = f"{NAMES[number % len(NAMES)]} {number:03}"
        kind = kinds[number % len(kinds)]
        if attackers and number % 5 == 4:
            source, states = attackers[number // 5 % len(attackers)]
            hostile.hand_in(source, folder / name, {})
            expected[name] = states
            continue
        if kind == "empty":
            (folder / name).mkdir()
            expected[name] = {}
        elif kind == "archive":
            (folder / f"{name}.zip").write_bytes(random_.randbytes(300))
            expected[name] = {kata: {"ungradable"} for kata in everything}
        else:
            files, expected[name] = person(kind, random_, everything)
            laid(folder, name, files, random_)
    return expected


def command(hand_ins, out, jobs, seed, *more):
    return [
        *(sys.executable, "-c", "from dojo.cli import main; main()", "grade", str(hand_ins), "--out", str(out)),
        *("--jobs", str(jobs), "--seed", str(seed), "--timeout", "10", *more),
    ]


def graded(out):
    """Return what was found out of each person, without what may differ between two runs."""
    found = {}
    for path in sorted(out.glob("*/result.json")):
        told = json.loads(path.read_bytes())
        for key in ("seconds", "graded"):
            del told[key]
        found[told["person"]["name"]] = told
    return found


def comparable(told):
    """Return a grade as points, states and outcomes; messages may hold addresses and times.

    Of a process that was ended, how many tests it had done by then is left out.
    """
    return [
        (
            each["name"],
            each["state"],
            each["points"],
            [(test["test"], test["outcome"]) for test in each["tests"]] if each["state"] in JUDGED else None,
        )
        for each in told["katas"]
    ]


def unexpected(found, expected):
    for name, states in expected.items():
        if name not in found:
            yield f"{name}: no result"
            continue
        for each in found[name]["katas"]:
            wanted = states.get(each["name"], {"not_attempted"})
            if each["state"] not in wanted:
                yield f"{name}: {each['name']} is {each['state']}, expected {' or '.join(sorted(wanted))}: {each['evidence'][:200]}"


def differences(one, other):
    for name in sorted(one.keys() | other.keys()):
        if name not in one or name not in other:
            yield f"{name} is in one run only"
            continue
        for mine, theirs in zip(comparable(one[name]), comparable(other[name]), strict=True):
            if mine != theirs:
                yield f"{name}: {mine[0]} is {mine[1]} ({mine[2]}) and {theirs[1]} ({theirs[2]})"


def run(what, *arguments):
    start = time.monotonic()
    done = subprocess.run(command(*arguments), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    print(f"{what}: {seconds:.0f} s, exit status {done.returncode}")
    if done.returncode:
        print(done.stderr[-2000:])


def stopped_and_resumed(hand_ins, out, jobs, seed, people):
    """Stop it three times, the last time by SIGKILL, and go on to the end."""
    for number, way in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGKILL)):
        process = subprocess.Popen(
            command(hand_ins, out, jobs, seed), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        while process.poll() is None and len(list(out.glob("*/result.json"))) < people * (number + 1) // 4:
            time.sleep(0.1)
        process.send_signal(way)
        _, said = process.communicate()
        print(
            f"stopped by {way.name} with {len(list(out.glob('*/result.json')))} graded: {said.decode()[-200:].strip()}"
        )
    run("and gone on with", hand_ins, out, jobs, seed)


def on_a_cluster(hand_ins, out, jobs, seed):
    """Run it on a scheduler and two workers in processes of their own, one of which is killed midway."""
    scheduler = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    address = next(found[0] for line in scheduler.stderr if (found := re.findall(r"tcp://127.0.0.1:\d+", line)))
    workers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "distributed.cli.dask_worker",
                address,
                "--nworkers",
                "1",
                "--nthreads",
                "1",
                "--no-dashboard",
                "--memory-limit",
                "0",
                "--local-directory",
                tempfile.gettempdir(),
            ],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    try:
        time.sleep(5)
        process = subprocess.Popen(command(hand_ins, out, jobs, seed, "--cluster", address))
        while process.poll() is None and len(list(out.glob("*/result.json"))) < 30:
            time.sleep(0.2)
        for child in psutil.Process(workers[0].pid).children():
            child.kill()
        workers[0].kill()
        print(f"killed one of two workers with {len(list(out.glob('*/result.json')))} graded")
        print("on the cluster: exit status", process.wait())
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--once", action="store_true", help="only the first run")
    parser.add_argument("--skip-cluster", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep everything there")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="class-"))
    hand_ins = folder / "hand-ins"
    hand_ins.mkdir(parents=True)
    expected = make(hand_ins, options.people, options.seed)
    wanted = Counter(
        state for states in expected.values() for state in (" or ".join(sorted(each)) for each in states.values())
    )
    print(f"{len(expected)} hand-ins, expected: {dict(wanted)}")

    problems = []
    run("first", hand_ins, folder / "first", options.jobs, options.seed)
    first = graded(folder / "first")
    problems += unexpected(first, expected)
    print("found:", dict(Counter(each["state"] for told in first.values() for each in told["katas"])))
    unstable = sum(bool(each["unstable"]) for told in first.values() for each in told["katas"])
    print("katas with unstable tests:", unstable)
    if not options.once:
        run("second", hand_ins, folder / "second", options.jobs, options.seed)
        problems += [f"second: {each}" for each in differences(first, graded(folder / "second"))]
        stopped_and_resumed(hand_ins, folder / "third", options.jobs, options.seed, options.people)
        problems += [f"resumed: {each}" for each in differences(first, graded(folder / "third"))]
        if not options.skip_cluster:
            on_a_cluster(hand_ins, folder / "fourth", options.jobs, options.seed)
            problems += [f"cluster: {each}" for each in differences(first, graded(folder / "fourth"))]
    print("\n".join(problems) or "every verdict is as expected, and all runs agree")
    if not options.folder:
        shutil.rmtree(folder)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
