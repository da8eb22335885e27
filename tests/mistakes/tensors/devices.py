"""Wrong answers to tensors/devices."""

import torch

from dojo.runner.variants import body, edit, replaces

FillsOnTheCpu = edit("column_of", ", device=table.device", "", "a tensor made without device= lies on the CPU")
GoesOverTheCpu = body(
    "column_of", "return torch.full_like(table.cpu()[:, :1], value).to(table.device)", "from its device to the CPU"
)
ForgetsTheDtype = edit("column_of", ", dtype=table.dtype", "", "dtype=table.dtype")
AlwaysFloat32 = edit("column_of", "dtype=table.dtype", "dtype=torch.float32", "dtype=table.dtype")
GivesOneAxis = edit("column_of", "(len(table), 1)", "(len(table),)", "torch.cat needs two axes")
GivesARow = edit("column_of", "(len(table), 1)", "(1, table.shape[1])", "this is a row")
GivesOnes = body(
    "column_of", "return torch.ones(len(table), 1, dtype=table.dtype, device=table.device)", "these are ones"
)
FillsTheTable = body("column_of", "return table[:, :1].fill_(value)", "changed its input")
CatsByItself = body(
    "column_of", "return torch.cat([table, table.new_full((len(table), 1), value)], dim=1)", "the column alone"
)
FillsOverAPythonFloat = edit(
    "column_of",
    ".full((len(table), 1), value, dtype=table.dtype, device=table.device)",
    ".tensor([[float(value)]] * len(table), dtype=torch.float64, device=table.device).to(table.dtype).reshape(-1, 1)",
    "went through float64",
)
ComputesWithTheNumbersOfTheTable = body(
    "column_of", "return table[:, :1] * 0 + value", "computed from the table's numbers"
)


@replaces("column_of", "expected meta")
def FillsOnTheBestDevice(table, value):
    best = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.full((len(table), 1), value, dtype=table.dtype, device=best)


@replaces("column_of", "the default device of the whole process")
def SetsTheDefaultDevice(table, value):
    torch.set_default_device(table.device)
    return torch.full((len(table), 1), value, dtype=table.dtype)


@replaces("column_of", "went through float32")
def FillsOverFloat32(table, value):
    return torch.full((len(table), 1), float(value), dtype=torch.float32, device=table.device).to(table.dtype)


@replaces("column_of", "which there need not be")
def FillsWhatIsLikeTheFirstColumn(table, value):
    return torch.full_like(table[:, :1], value, memory_format=torch.contiguous_format)


@replaces("column_of", "the default device of the whole process")
def PutsTheDefaultDeviceBackToTheCpu(table, value):
    torch.set_default_device(table.device)
    column = torch.full((len(table), 1), value, dtype=table.dtype)
    torch.set_default_device("cpu")
    return column


@replaces("column_of", "expand repeats one element")
def ExpandsOneElement(table, value):
    return torch.tensor(value, dtype=table.dtype, device=table.device).expand(len(table), 1)


ConstantsOnTheCpu = edit("constants_for", ", device=table.device", "", "a tensor made without device= lies on the CPU")
ConstantsOfFloat32 = edit("constants_for", ", dtype=table.dtype", "", "dtype=table.dtype")
ConstantsOverFloat32 = body(
    "constants_for", "return torch.tensor(values, device=table.device).to(table.dtype)", "went through float32"
)
ConstantsOfTheTableClass = body("constants_for", "return torch.Tensor(values).to(table)", "went through float32")
RoundsTheConstants = edit(
    "constants_for", "values, dtype=table.dtype", "[int(value) for value in values], dtype=table.dtype", "integers"
)
AddsThemAlready = body(
    "constants_for", "return table + torch.tensor(values, dtype=table.dtype, device=table.device)", "the numbers alone"
)


@replaces("constants_for", "a tensor made without device= lies on the CPU")
def ConstantsWhereCudaIs(table, values):
    return torch.tensor(values, dtype=table.dtype, device="cuda" if table.is_cuda else "cpu")


@replaces("constants_for", "the default device of the whole process")
def LeavesTheDefaultDeviceChanged(table, values):
    torch.set_default_device(table.device)
    return torch.tensor(values, dtype=table.dtype)


@replaces("constants_for", "computed from the table's numbers")
def AddsTheConstantsToZerosOfTheTable(table, values):
    numbers = torch.tensor(values, dtype=table.dtype, device=table.device)
    return (table * 0).sum(dim=0) + numbers


AlwaysCopies = edit("move", "tensor.to(device)", "tensor.to(device, copy=True)", "the tensor lies there already")
LeavesItWhereItIs = edit("move", "tensor.to(device)", "tensor", "expected meta")
MovesToTheCpu = edit("move", "tensor.to(device)", "tensor.cpu()", "a tensor on cpu, expected")
MakesZerosThere = edit("move", "tensor.to(device)", "torch.zeros_like(tensor, device=device)", "the elements are lost")
MakesItContiguousFirst = edit("move", "tensor.to(device)", "tensor.contiguous().to(device)", "however it lies")
MakesFloat32There = body(
    "move", "return tensor if tensor.device == torch.device(device) else tensor.float().to(device)", "dtype"
)


@replaces("move", "the tensor lies there already")
def ComparesNamesOfDevices(tensor, device):
    return tensor if tensor.device == device else torch.empty_like(tensor, device=device).copy_(tensor)


FallsBackOnTheCpu = edit(
    "best_device",
    "raise ValueError(f\"none of {', '.join(names) or 'no devices'} is a cuda, mps or cpu device\")",
    'return torch.device("cpu")',
    "it must raise ValueError",
)


@replaces("best_device", "names what is there")
def AsksThisMachine(names):
    if not {"cuda", "mps", "cpu"} & {name.split(":")[0] for name in names}:
        raise ValueError
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@replaces("best_device", "this is the first of the list")
def TakesTheFirst(names):
    if not {"cuda", "mps", "cpu"} & {name.split(":")[0] for name in names}:
        raise ValueError
    return torch.device(names[0])


@replaces("best_device", "by the alphabet")
def TakesTheLargestName(names):
    known = [name for name in names if name.split(":")[0] in ("cuda", "mps", "cpu")]
    if not known:
        raise ValueError
    return torch.device(max(known))


@replaces("best_device", "with a number")
def KnowsNoNumbers(names):
    for kind in ("cuda", "mps", "cpu"):
        if kind in names:
            return torch.device(kind)
    raise ValueError


@replaces("best_device", "the number of the device is lost")
def LosesTheNumber(names):
    kinds = [name.split(":")[0] for name in names]
    for kind in ("cuda", "mps", "cpu"):
        if kind in kinds:
            return torch.device(kind)
    raise ValueError


@replaces("best_device", "the one that comes first")
def TakesTheLastOfAKind(names):
    for kind in ("cuda", "mps", "cpu"):
        for name in reversed(names):
            if name.split(":")[0] == kind:
                return torch.device(name)
    raise ValueError


@replaces("best_device", "torch.device(name)")
def GivesTheName(names):
    for kind in ("cuda", "mps", "cpu"):
        for name in names:
            if name.split(":")[0] == kind:
                return name
    raise ValueError


@replaces("best_device", "the default device of the whole process")
def MakesTheBestDeviceTheDefault(names):
    for kind in ("cuda", "mps", "cpu"):
        for name in names:
            if name.split(":")[0] == kind:
                torch.set_default_device(name)
                return torch.device(name)
    raise ValueError


@replaces("best_device", "take the one that comes first")
def TakesTheSmallestNumberOfAKind(names):
    for kind in ("cuda", "mps", "cpu"):
        alike = [name for name in names if name.split(":")[0] == kind]
        if alike:
            return torch.device(min(alike))
    raise ValueError


@replaces("best_device", "take the one that comes first")
def PrefersTheNameWithoutANumber(names):
    for kind in ("cuda", "mps", "cpu"):
        alike = [name for name in names if name.split(":")[0] == kind]
        if alike:
            return torch.device(kind if kind in alike else alike[0])
    raise ValueError


@replaces("best_device", "a number was made up")
def NumbersEachDevice(names):
    for kind in ("cuda", "mps", "cpu"):
        for name in names:
            if name.split(":")[0] == kind:
                return torch.device(name if ":" in name or kind == "cpu" else f"{name}:0")
    raise ValueError


@replaces("best_device", "leave it as it is")
def SortsTheListOfTheCaller(names):
    if isinstance(names, list):
        names.sort()
    for kind in ("cuda", "mps", "cpu"):
        for name in names:
            if name.split(":")[0] == kind:
                return torch.device(name)
    raise ValueError
