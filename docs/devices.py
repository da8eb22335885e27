"""Try the simulated device, and write docs/devices.md: what it models, and how it differs from CUDA.

Run: python docs/devices.py [FILE]. With --gradients, print as JSON how the gradient of each operation compares.
"""

import copy
import io
import json
import pickle
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path
from typing import Any

import torch
import torch.utils.checkpoint

from dojo import simulated

FOLDER = Path(__file__).parent
DATA = tomllib.loads((FOLDER / "operations.toml").read_text(encoding="utf-8"))
OPERATIONS: dict[str, list[str]] = DATA["operations"]
DIFFERENCES: list[dict[str, str]] = DATA["differences"]

HEADER = """# The simulated device

Written by `docs/devices.py` from what it tried; the tests of the suite try it again.

Where there is no CUDA device, `pytest katas` runs each test on `sim` as well. Its memory is the CPU's, and the CPU
computes, but its tensors say that they lie on `sim:0`, and they do not mix with tensors of the CPU. So it shows the
commonest mistake with devices, a tensor made or left in the wrong place, on any laptop:

- tensors on two devices in one operation raise RuntimeError, with both devices named, as on CUDA;
- a CPU tensor without axes may take part in arithmetic, and a CPU tensor may be an index, as on CUDA;
- `numpy()` raises TypeError and asks for `cpu()` first, as on CUDA;
- random numbers come from generators of its own: the same seed gives other numbers than on the CPU, as on CUDA;
- a child process that was forked after a `backward()` on `sim` cannot run one, as no fork can use CUDA after use.

It says nothing about speed, and nothing about rounding: results are those of the CPU to the last bit, where CUDA adds
in another order.
"""


def inputs(device: str) -> dict[str, Any]:
    """Return what the operations may name, on the device: the same numbers each time."""
    draw = torch.Generator().manual_seed(5)
    x, y = torch.randn(3, 4, generator=draw), torch.randn(3, 4, generator=draw)
    tensors = {
        "x": x,
        "y": y,
        "whole": torch.tensor([0, 2, 1, 1]),
        "square": y @ y.T + torch.eye(3),
        "wave": torch.randn(40, generator=draw),
        "image": torch.randn(2, 3, 6, 6, generator=draw),
        "kernel": torch.randn(4, 3, 3, 3, generator=draw),
    }

    def module(made: torch.nn.Module) -> torch.nn.Module:
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=draw))
        return made.to(device)

    def reloaded(tensor: torch.Tensor) -> torch.Tensor:
        file = io.BytesIO()
        torch.save(tensor, file)
        file.seek(0)
        loaded: torch.Tensor = torch.load(file)
        return loaded

    moved = {name: tensor.to(device) for name, tensor in tensors.items()}
    return {"torch": torch, "copy": copy, "pickle": pickle, "module": module, "reloaded": reloaded, **moved}


def run(code: str, names: dict[str, Any]) -> Any:
    """Return what an operation gives."""
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some operations are on trial in torch, and say so
        return eval(code, names)


def compare(there: Any, here: Any) -> str:
    """Return in what a result on sim differs from the one on the CPU, or nothing."""
    if isinstance(here, tuple) and not isinstance(here, torch.Size):
        return "; ".join(filter(None, map(compare, there, here)))
    if not isinstance(here, torch.Tensor):
        return "" if there == here else f"{there} for {here}"
    for what in ("dtype", "shape"):
        if getattr(there, what) != getattr(here, what):
            return f"{what} {getattr(there, what)} for {getattr(here, what)}"
    if type(there) is not torch.Tensor or there.device.type != simulated.NAME:
        return f"a {type(there).__name__} on {there.device}"
    if (there.stride(), there.storage_offset()) != (here.stride(), here.storage_offset()):
        return (
            f"stride {there.stride()} for {here.stride()}, offset {there.storage_offset()} for {here.storage_offset()}"
        )
    try:
        torch.testing.assert_close(there.detach().cpu(), here.detach(), equal_nan=True)
    except AssertionError as error:
        return str(error)
    return ""


def difference(code: str) -> str:
    """Return in what an operation on sim differs from the one on the CPU, or nothing."""
    return compare(*(run(code, inputs(device)) for device in (simulated.NAME, "cpu")))


def gradient(code: str, device: str) -> torch.Tensor | None:
    """Return the gradient of an operation with regard to x and y, or nothing where it has none."""
    names = inputs(device)
    leaves = [names[name].requires_grad_() for name in ("x", "y", "image")]
    names |= {name: names[name] * 1 for name in ("x", "y", "image")}  # what is changed in place may not be a leaf
    result = run(code, names)
    result = result[0] if isinstance(result, tuple) and result else result
    if not isinstance(result, torch.Tensor) or not result.requires_grad:
        return None
    (result.real if result.is_complex() else result).sum().backward()
    if any(leaf.grad is not None and leaf.grad.device.type != device for leaf in leaves):
        raise AssertionError("a gradient lies elsewhere")
    found = [leaf.grad.cpu().flatten() for leaf in leaves if leaf.grad is not None]
    return torch.cat(found) if found else None


def gradients() -> dict[str, str]:
    """Return for each operation "same", "none", or in what the gradient on sim differs."""
    found = {}
    for code in (code for group in OPERATIONS.values() for code in group):
        there, here = (gradient_or_error(code, device) for device in (simulated.NAME, "cpu"))
        if isinstance(there, torch.Tensor) and isinstance(here, torch.Tensor):
            try:
                torch.testing.assert_close(there, here, equal_nan=True)
                found[code] = "same"
            except AssertionError as error:
                found[code] = str(error)
        else:
            found[code] = "none" if type(there) is type(here) else f"{there} for {here}"
    return found


def gradient_or_error(code: str, device: str) -> torch.Tensor | Exception | None:
    """Return what ``gradient`` returns or raises: some operations have no derivative."""
    try:
        return gradient(code, device)
    except Exception as error:
        return error


def gradients_elsewhere() -> dict[str, str]:
    """Return ``gradients()`` of another process: one that has run a backward() on sim can fork none that does."""
    text = subprocess.run(
        [sys.executable, __file__, "--gradients"], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout
    found: dict[str, str] = json.loads(text.splitlines()[-1])
    return found


def told(entry: dict[str, str]) -> str:
    """Return what an operation that differs from CUDA does on sim."""
    try:
        return repr(run(entry["operation"], inputs(simulated.NAME)))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def page(found: dict[str, str]) -> str:
    """Return docs/devices.md."""
    count = sum(map(len, OPERATIONS.values()))
    also = sum(each == "same" for each in found.values())
    lines = [
        HEADER,
        "## What differs from CUDA\n",
        "| operation | on sim | on CUDA | why |",
        "| --- | --- | --- | --- |",
    ]
    for entry in DIFFERENCES:
        here = entry.get("gives") or entry["raises"]
        lines.append(f"| `{entry['operation']}` | `{here}` | {entry['cuda']} | {entry['why']} |")
    lines += [
        "\n## What is modelled\n",
        (
            f"{count} operations give on `sim` what they give on the CPU: type, dtype, shape, strides, offset and"
            f" values, on the device. With a ∂: the gradient too, {also} of them.\n"
        ),
        "| | operations |",
        "| --- | --- |",
    ]
    for group, codes in OPERATIONS.items():
        shown = ", ".join(f"`{code}`".replace("|", "\\|") + (" ∂" if found[code] == "same" else "") for code in codes)
        lines.append(f"| {group} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Try everything; print what went wrong, or write the page."""
    simulated.register()
    if "--gradients" in sys.argv:
        print(json.dumps(gradients()))
        return
    found = gradients_elsewhere()
    wrong = [f"{code}: {words}" for group in OPERATIONS.values() for code in group if (words := difference(code))]
    wrong += [f"gradient of {code}: {words}" for code, words in found.items() if words not in ("same", "none")]
    for entry in DIFFERENCES:
        if not told(entry).startswith(entry.get("gives") or entry["raises"]):
            wrong.append(f"{entry['operation']}: {told(entry)}")
    if wrong:
        raise SystemExit("\n".join(wrong))
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "devices.md"
    target.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
