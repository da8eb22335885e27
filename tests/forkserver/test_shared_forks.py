"""Several answers in one fork: each comes to what it comes to alone, whatever the one before has left behind."""

import pytest

from dojo.forkserver.client import ForkServer, can_fork
from dojo.forkserver.protocol import RunRequest
from dojo.results.run import Ended

pytestmark = pytest.mark.skipif(not can_fork(), reason="without fork, each answer has a process of its own")

RIGHT = "def double(x):\n    return x + x\n"
KATA = "katas/numbers/test_double.py"


@pytest.fixture
def judged(project):
    """Return what comes of answers to numbers/double that share a request, by a word for each."""

    def judge(*answers: str, **options) -> list[str]:
        for number, text in enumerate(answers):
            project.write(f"answers/{number}/numbers/double.py", text)
        names = tuple(f"answers/{number}" for number in range(len(answers)))
        with ForkServer(project.root) as server:
            runs = dict(server.map([RunRequest((KATA,), names, ("cpu",), seed=0, **options)]))
        assert sorted(runs) == [(0, number) for number in range(len(answers))]
        return [_word(runs[0, number]) for number in range(len(answers))]

    return judge


def _word(run) -> str:
    if run.ended is not Ended.FINISHED:
        return run.ended.name.lower()
    return "solved" if run.progress().solved() else "refused"


def test_each_answer_is_judged_as_if_it_were_alone(judged):
    wrong = "def double(x):\n    return 7\n"
    assert judged(RIGHT, wrong, RIGHT, "def double(x):\n", wrong) == [
        "solved",
        "refused",
        "solved",
        "refused",
        "refused",
    ]


def test_several_answers_of_one_request_share_a_process(judged, project):
    pids = project.root / "pids"
    counts = (
        f"import os\n\ndef double(x):\n    with open({str(pids)!r}, 'a') as file:\n"
        "        print(os.getpid(), file=file)\n    return x + x\n"
    )
    assert judged(counts, counts, counts) == ["solved"] * 3
    assert len(set(pids.read_text().split())) == 1


@pytest.mark.parametrize(
    "leaves",
    [
        "import torch\n\ntorch.nn.functional.relu = None\n",
        "import builtins\n\nbuiltins.sum = None\n",
        "from dojo import check\n\ncheck.equal = lambda *_, **__: None\ncheck.close = check.equal\n",
        "import os\n\nos.environ['left'] = 'behind'\n",
        "import threading\n\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
        "import torch\n\ntorch.nn.modules.module.register_module_forward_hook(lambda *_: None)\n",
        "import torch\nfrom torch.overrides import TorchFunctionMode\n\n"
        "class Mode(TorchFunctionMode):\n    def __torch_function__(self, f, t, a=(), k=None):\n        return 0\n\n"
        "Mode().__enter__()\n",
        "import torch\n\ntorch.autocast('cpu', dtype=torch.bfloat16).__enter__()\n",
        "import torch\n\ntorch.autograd.graph.saved_tensors_hooks(lambda x: x * 0, lambda x: x).__enter__()\n",
        "def __getattr__(name):\n    return lambda x: 7\n",
    ],
    ids=["torch", "builtins", "check", "environ", "thread", "hook", "mode", "autocast", "saved tensors", "getattr"],
)
def test_what_an_answer_leaves_behind_is_not_met_by_the_next(judged, leaves):
    sees = (
        "import builtins, os, threading, torch\nfrom dojo import check\n\ndef double(x):\n"
        "    assert torch.nn.functional.relu and builtins.sum and 'left' not in os.environ\n"
        "    assert check.equal.__name__ == 'equal'\n"
        "    assert threading.active_count() == 1\n"
        "    assert not torch.nn.modules.module._global_forward_hooks\n"
        "    assert not torch._C._len_torch_function_stack()\n"
        "    assert not torch.is_autocast_enabled('cpu')\n"
        "    assert torch._C._autograd._top_saved_tensors_default_hooks(False) is None\n"
        "    assert '__getattr__' not in globals()\n"
        "    return x + x\n"
    )
    assert judged(leaves + "\ndef double(x):\n    return 7\n", sees, sees)[1:] == ["solved", "solved"]


def test_what_an_answer_changes_of_the_tests_own_objects_is_not_met_by_the_next(judged, project):
    project.write(
        KATA,
        "import pytest\nimport torch\nfrom katas.numbers import double\n\nTABLE = torch.ones(2)\n\n"
        "@pytest.mark.parametrize('values', [[1, 2]])\ndef test_a_list(values):\n    assert double.double(values) == [1, 2] * 2\n\n"
        "def test_a_tensor():\n    assert double.double(TABLE).sum() == 4\n",
    )
    pops = "def double(x):\n    return x + [x.pop()] if isinstance(x, list) else x + x\n"
    adds = "def double(x):\n    return x + x if isinstance(x, list) else x.add_(x)\n"
    assert judged(pops, RIGHT, adds, RIGHT) == ["refused", "solved", "solved", "solved"]


def test_what_an_answer_prints_is_not_shown_for_the_next(project):
    for number, text in enumerate(("print('of the first')\n    return 7", "return 7")):
        project.write(f"answers/{number}/numbers/double.py", f"def double(x):\n    {text}\n")
    with ForkServer(project.root) as server:
        runs = dict(server.map([RunRequest((KATA,), ("answers/0", "answers/1"), ("cpu",), seed=0)]))
    printed = [runs[0, number].results[0].failure.printed for number in (0, 1)]
    assert printed == [("of the first",), ()]


def test_an_answer_that_dies_costs_itself_alone(judged):
    dies = "import os\n\ndef double(x):\n    os._exit(0)\n"
    assert judged(RIGHT, dies, RIGHT, dies, RIGHT) == ["solved", "crashed", "solved", "crashed", "solved"]


def test_an_answer_that_is_late_costs_itself_alone(judged):
    late = "import time\n\ndef double(x):\n    time.sleep(100)\n"
    assert judged(RIGHT, late, RIGHT, timeout=3.0) == ["solved", "timeout", "solved"]


def test_a_file_that_is_not_python_costs_itself_alone(judged):
    assert judged("def double(\n", RIGHT, "raise ValueError\n", RIGHT) == ["refused", "solved", "refused", "solved"]


def test_the_first_failure_ends_an_answer_and_not_the_next(judged):
    assert judged("def double(x):\n    return 7\n", RIGHT, first_failure=True) == ["refused", "solved"]
