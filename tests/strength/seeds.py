"""Does any solution fail under some seed? Run: python tests/strength/seeds.py [--seeds N] [--from N] [TESTS].

Runs the specifications on the solutions once for each seed, on all devices that are here, and prints each failure with
its seed; exits with 1 where there is one. TESTS are pytest's arguments, by default all katas.
"""

import argparse
import time
from pathlib import Path

from dojo.forkserver.client import ForkServer
from dojo.forkserver.protocol import RunRequest
from dojo.results.run import Ended, Run
from dojo.screen.message import message_with_call

ROOT = Path(__file__).parent.parent.parent
_TELL = 50  # seeds between two lines on how far it is


def failures(run: Run) -> list[str]:
    """Return a sentence for each failure of a run."""
    found = [f"{each.test}: {' '.join(message_with_call(each.failure))}" for each in run.results if each.failure]
    found += run.errors
    if run.ended is not Ended.FINISHED or not run.results:
        found.append(f"the run {run.ended.value} after {len(run.results)} tests")
    return found


def main() -> None:
    """Run every seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", default=["katas"])
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    requests = [
        RunRequest(tuple(options.tests), ("solutions",), seed=seed, timeout=600)
        for seed in range(options.first, options.first + options.seeds)
    ]
    start, failed, tests = time.perf_counter(), 0, 0
    with ForkServer(ROOT, options.tests, options.jobs) as server:
        for done, ((request, _), run) in enumerate(server.map(requests), 1):
            tests = max(tests, len(run.results))
            found = failures(run)
            failed += bool(found)
            for sentence in found:
                print(f"seed {requests[request].seed}: {sentence}", flush=True)
            if done % _TELL == 0 and done < len(requests):
                print(f"... {done} of {len(requests)} seeds, {failed or 'none'} failed", flush=True)
    print(f"{len(requests)} seeds of {tests} tests: {failed or 'none'} failed, in {time.perf_counter() - start:.0f} s")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
