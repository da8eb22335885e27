"""Wrong answers to networks/modules."""

import copy
import math

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces


def plain_linear(inputs, outputs):
    with torch.random.fork_rng(devices=[]):
        return nn.Linear(inputs, outputs)


def right_network():
    class Network(nn.Module):
        def __init__(self, sizes, dropout, generator):
            super().__init__()
            self.register_buffer("center", torch.zeros(sizes[0]))
            self.layers = nn.ModuleList(plain_linear(a, b) for a, b in zip(sizes, sizes[1:]))
            self.dropout = nn.Dropout(dropout)
            self.draw(generator)

        def draw(self, generator):
            for layer in self.layers:
                bound = 1 / math.sqrt(layer.in_features)
                nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
                nn.init.zeros_(layer.bias)

        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                x = self.dropout(torch.relu(layer(x)))
            return self.layers[-1](x)

    return Network


Right = right_network()


@replaces("Network", "super().__init__()")
class ForgetsToStartTheModule(Right):
    def __init__(self, sizes, dropout, generator):
        self.layers = nn.ModuleList(plain_linear(a, b) for a, b in zip(sizes, sizes[1:]))


@replaces("Network", "a plain list")
class PutsTheLayersInAPlainList(Right):
    def __init__(self, sizes, dropout, generator):
        nn.Module.__init__(self)
        self.register_buffer("center", torch.zeros(sizes[0]))
        self.layers = [plain_linear(a, b) for a, b in zip(sizes, sizes[1:])]
        self.dropout = nn.Dropout(dropout)
        self.draw(generator)


@replaces("Network", "register_buffer()")
class KeepsTheBufferInAPlainAttribute(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, dropout, generator)
        del self.center
        self.center = torch.zeros(sizes[0])


@replaces("Network", "center is a parameter")
class MakesTheBufferAParameter(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, dropout, generator)
        del self.center
        self.center = nn.Parameter(torch.zeros(sizes[0]))


@replaces("Network", "center is missing")
class LeavesTheBufferOutOfTheState(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, dropout, generator)
        del self.center
        self.register_buffer("center", torch.zeros(sizes[0]), persistent=False)


@replaces("Network", "requires grad and is a Parameter")
class MakesPlainTensorsForWeights(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, dropout, generator)
        for layer in self.layers:
            for name in ("weight", "bias"):
                values = getattr(layer, name).detach()
                delattr(layer, name)
                layer.register_buffer(name, values)


@replaces("Network", "requires_grad=False")
class FreezesTheWeights(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, dropout, generator)
        self.requires_grad_(False)


@replaces("Network", "is missing")
class NamesTheLayersOtherwise(Right):
    def __init__(self, sizes, dropout, generator):
        nn.Module.__init__(self)
        self.register_buffer("center", torch.zeros(sizes[0]))
        self.linear = nn.ModuleList(plain_linear(a, b) for a, b in zip(sizes, sizes[1:]))


@replaces("Network", "is missing")
class CountsTheActivationsAmongTheLayers(Right):
    def __init__(self, sizes, dropout, generator):
        nn.Module.__init__(self)
        self.register_buffer("center", torch.zeros(sizes[0]))
        parts = []
        for a, b in zip(sizes, sizes[1:]):
            parts += [plain_linear(a, b), nn.ReLU()]
        self.layers = nn.Sequential(*parts[:-1])


@replaces("Network", "one layer is used in several places")
class TakesOneLayerForAll(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, dropout, generator)
        shapes = {}
        for k, layer in enumerate(self.layers):
            self.layers[k] = shapes.setdefault(layer.weight.shape, layer)


@replaces("Network", "the same seed")
class LeavesTheWeightsToTorch(Right):
    def __init__(self, sizes, dropout, generator):
        nn.Module.__init__(self)
        self.register_buffer("center", torch.zeros(sizes[0]))
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.dropout = nn.Dropout(dropout)


@replaces("Network", "the same seed")
class DrawsFromTheGlobalGenerator(Right):
    def draw(self, generator):
        super().draw(None)


@replaces("Network", "global generator")
class SeedsTheGlobalGenerator(Right):
    def draw(self, generator):
        torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
        super().draw(None)


@replaces("Network", "global generator")
class LetsLinearDrawFirst(Right):
    def __init__(self, sizes, dropout, generator):
        nn.Module.__init__(self)
        self.register_buffer("center", torch.zeros(sizes[0]))
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.dropout = nn.Dropout(dropout)
        self.draw(generator)


@replaces("Network", "a second network from the same generator")
class SeedsTheGeneratorAgain(Right):
    def draw(self, generator):
        generator.manual_seed(generator.initial_seed())
        super().draw(generator)


@replaces("Network", "have the same weights")
class StartsEachLayerWithTheSameDraws(Right):
    def draw(self, generator):
        state = generator.get_state()
        for layer in self.layers:
            generator.set_state(state)
            bound = 1 / math.sqrt(layer.in_features)
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.zeros_(layer.bias)


@replaces("Network", "the number of the layer's inputs")
class DividesByTheOutputs(Right):
    def draw(self, generator):
        super().draw(generator)
        for layer in self.layers:
            layer.weight.data *= math.sqrt(layer.in_features / layer.out_features)


@replaces("Network", "divided by the square root")
class DrawsBetweenMinusOneAndOne(Right):
    def draw(self, generator):
        super().draw(generator)
        for layer in self.layers:
            layer.weight.data *= math.sqrt(layer.in_features)


@replaces("Network", "the square root of the number")
class ForgetsTheSquareRoot(Right):
    def draw(self, generator):
        super().draw(generator)
        for layer in self.layers:
            layer.weight.data /= math.sqrt(layer.in_features)


@replaces("Network", "between -1 and 1")
class DrawsPositiveWeights(Right):
    def draw(self, generator):
        super().draw(generator)
        for layer in self.layers:
            layer.weight.data.abs_()


@replaces("Network", "beyond")
class DrawsNormally(Right):
    def draw(self, generator):
        for layer in self.layers:
            nn.init.normal_(layer.weight, 0, (3 * layer.in_features) ** -0.5, generator=generator)
            nn.init.zeros_(layer.bias)


@replaces("Network", "biases")
class DrawsTheBiasesToo(Right):
    def draw(self, generator):
        super().draw(generator)
        for layer in self.layers:
            nn.init.uniform_(layer.bias, -0.1, 0.1, generator=generator)


@replaces("Network", "ReLU between the layers is left out")
class LeavesTheActivationsOut(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers:
            x = layer(x)
        return x


@replaces("Network", "ReLU follows the last layer as well")
class ActivatesTheOutput(Right):
    def forward(self, samples):
        return torch.relu(super().forward(samples))


@replaces("Network", "center is not subtracted")
class IgnoresTheCenter(Right):
    def forward(self, samples):
        return super().forward(samples + self.center)


@replaces("Network", "center is added")
class AddsTheCenter(Right):
    def forward(self, samples):
        return super().forward(samples + 2 * self.center)


@replaces("Network", "changed its input")
class SubtractsInPlace(Right):
    def forward(self, samples):
        samples -= self.center
        return super().forward(samples + self.center)


@replaces("Network", "this is tanh")
class TakesTanh(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            x = self.dropout(torch.tanh(layer(x)))
        return self.layers[-1](x)


@replaces("Network", "forward() makes layers anew")
class MakesNewLayersOnEachCall(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            new = nn.Linear(layer.in_features, layer.out_features, device=x.device, dtype=x.dtype)
            x = self.dropout(torch.relu(new(x)))
        return self.layers[-1](x)


@replaces("Network", "center is not subtracted")
class KeepsTheBufferUnderAnotherNameToo(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, dropout, generator)
        self.kept = [self.center]

    def forward(self, samples):
        x = samples - self.kept[0]
        for layer in self.layers[:-1]:
            x = self.dropout(torch.relu(layer(x)))
        return self.layers[-1](x)


@replaces("Network", "same device")
class MakesZerosOnTheCpu(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            responses = layer(x)
            x = self.dropout(torch.maximum(responses, torch.zeros(responses.shape, dtype=responses.dtype)))
        return self.layers[-1](x)


@replaces("Network", "no gradient comes to")
class CutsTheGraph(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            x = self.dropout(torch.relu(layer(x))).detach()
        return self.layers[-1](x)


@replaces("Network", "gave dtype float32, expected float64")
class KnowsFloat32Only(Right):
    def forward(self, samples):
        return super().forward(samples).float()


@replaces("Network", "the wrong values")
class KnowsTwoLayers(Right):
    def forward(self, samples):
        x = self.dropout(torch.relu(self.layers[0](samples - self.center)))
        for layer in self.layers[1:]:
            x = layer(x)
        return x


@replaces("Network", "in evaluation")
class DropsInEvaluation(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            x = nn.functional.dropout(torch.relu(layer(x)), self.dropout.p)
        return self.layers[-1](x)


@replaces("Network", "nothing is dropped in training")
class NeverDrops(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, 0.0, generator)


@replaces("Network", "dropout=0.25")
class DropsAlwaysHalf(Right):
    def __init__(self, sizes, dropout, generator):
        super().__init__(sizes, 0.5 if dropout else 0.0, generator)


@replaces("Network", "divided by 1 - dropout")
class DropsWithoutScaling(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
            if self.training:
                x = x * (torch.rand_like(x) >= self.dropout.p)
        return self.layers[-1](x)


@replaces("Network", "the outputs themselves")
class DropsTheOutputs(Right):
    def forward(self, samples):
        return self.dropout(super().forward(samples))


@replaces("Network", "the inputs")
class DropsTheInputs(Right):
    def forward(self, samples):
        return super().forward(self.dropout(samples - self.center) + self.center)


@replaces("Network", "for each sample anew")
class DropsTheSameForAllSamples(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
            x = x * self.dropout(torch.ones_like(x[:1]))
        return self.layers[-1](x)


@replaces("Network", "same device")
class DropsWithAMaskFromTheCpu(Right):
    def forward(self, samples):
        x = samples - self.center
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
            if self.training:
                x = x * (torch.rand(x.shape) >= self.dropout.p) / (1 - self.dropout.p)
        return self.layers[-1](x)


@replaces("Network", "after a call in training, the center")
class MovesTheCenterInTraining(Right):
    def forward(self, samples):
        if self.training:
            self.center += 0.1 * (samples.mean(dim=0) - self.center)
        return super().forward(samples)


CountsTensors = edit("count_parameters", "each.numel()", "1", "the number of tensors")
CountsTheState = edit("count_parameters", ".parameters()", ".state_dict(keep_vars=True).values()", "buffers")
CountsTheTopOnly = edit("count_parameters", "module.parameters()", "module.parameters(recurse=False)", "of the parts")
CountsEachOfAModuleAgain = edit(
    "count_parameters",
    "for each in module.parameters() if each.requires_grad or not trainable_only",
    "for part in module.modules() for each in part.parameters() if each.requires_grad or not trainable_only",
    "counted more than once",
)
CountsTheFrozenOnes = body(
    "count_parameters", "return sum(each.numel() for each in module.parameters())", "trainable_only=True"
)
CountsTheTrainableAlways = edit("count_parameters", " or not trainable_only", "", "frozen parameters count as well")


@replaces("count_parameters", "shared")
def CountsSharedOnesTwice(module, trainable_only=False):
    named = module.named_parameters(remove_duplicate=False)
    return sum(each.numel() for _, each in named if each.requires_grad or not trainable_only)


@replaces("count_parameters", "(it is one number)")
def CountsAlongTheFirstAxis(module, trainable_only=False):
    wanted = [each for each in module.parameters() if each.requires_grad or not trainable_only]
    return sum(sum(row.numel() for row in each) if each.dim() else 0 for each in wanted)


@replaces("count_parameters", "parameters that are equal are not for that the same")
def TakesEqualForShared(module, trainable_only=False):
    found = []
    for each in module.parameters():
        known = any(torch.equal(each, other) for other in found)
        if not known and (each.requires_grad or not trainable_only):
            found.append(each)
    return sum(each.numel() for each in found)


SetsAnAttribute = body("freeze", "module.requires_grad = False", "an attribute of the module")
TakesEvaluationForFrozen = body("freeze", "module.eval()", "eval()")
FreezesAndEvaluates = body("freeze", "module.eval().requires_grad_(False)", "stays in training")
FreezesACopy = body("freeze", "copy.deepcopy(module).requires_grad_(False)", "still requires grad")
TurnsGradientsOffForAll = body("freeze", "torch.set_grad_enabled(False); module.requires_grad_(False)", "switched off")
StartsTrainingAgain = body("freeze", "module.requires_grad_(False); module.train()", "the module was put in training")


@replaces("freeze", "still requires grad")
def FreezesTheTopOnly(module):
    for parameter in module.parameters(recurse=False):
        parameter.requires_grad_(False)


@replaces("freeze", "bias still requires grad")
def FreezesWeightsOnly(module):
    for name, parameter in module.named_parameters():
        if "weight" in name:
            parameter.requires_grad_(False)


@replaces("freeze", "the same objects")
def PutsOtherParametersInPlace(module):
    for part in module.modules():
        for name, parameter in list(part.named_parameters(recurse=False)):
            setattr(part, name, nn.Parameter(parameter.detach().clone(), requires_grad=False))


@replaces("freeze", "scale still requires grad")
def FreezesThePartsOnly(module):
    for part in module.children():
        part.requires_grad_(False)


@replaces("freeze", "still requires grad")
def FreezesKnownLayersOnly(module):
    for part in module.modules():
        if isinstance(part, (nn.Linear, nn.Conv2d)):
            part.requires_grad_(False)


GivesTheStateItself = body("snapshot", "return module.state_dict()", "moves on with the training")
CopiesTheDictionaryOnly = body("snapshot", "return dict(module.state_dict())", "moves on with the training")
CopiesTheParametersOnly = body(
    "snapshot", "return {name: each.detach().clone() for name, each in module.named_parameters()}", "buffers"
)
StaysInTheGraph = edit(
    "snapshot", "module.state_dict()", "module.state_dict(keep_vars=True)", "requires_grad=True, expected False"
)
TakesTheSnapshotToTheCpu = edit(
    "snapshot", "each.clone()", "each.detach().clone().cpu()", "a tensor made without device= lies on the CPU"
)
GivesTheModule = body("snapshot", "return copy.deepcopy(module)", "a dict")
TakesTheSnapshotInFloat32 = edit("snapshot", "each.clone()", "each.detach().clone().float()", "float32")


@replaces("snapshot", "if they are persistent")
def KeepsTheBuffersThatAreNotPersistent(module):
    entries = {**dict(module.named_buffers()), **module.state_dict()}
    return {name: each.detach().clone() for name, each in entries.items()}


@replaces("snapshot", "a part that is used twice has two names")
def ForgetsTheSecondName(module):
    entries = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    return {name: entries[name].detach().clone() for name in module.state_dict() if name in entries}


@replaces("snapshot", "the copies alone do not require grad")
def FreezesWhatItKeeps(module):
    module.requires_grad_(False)
    return {name: each.clone() for name, each in module.state_dict().items()}
