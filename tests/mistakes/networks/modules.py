"""Wrong answers to networks/modules."""

import copy
import math

import torch
from torch import nn


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


class ForgetsToStartTheModule:
    """super().__init__()"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            self.layers = nn.ModuleList(plain_linear(a, b) for a, b in zip(sizes, sizes[1:]))


class PutsTheLayersInAPlainList:
    """a plain list"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            nn.Module.__init__(self)
            self.register_buffer("center", torch.zeros(sizes[0]))
            self.layers = [plain_linear(a, b) for a, b in zip(sizes, sizes[1:])]
            self.dropout = nn.Dropout(dropout)
            self.draw(generator)


class KeepsTheBufferInAPlainAttribute:
    """register_buffer()"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, dropout, generator)
            del self.center
            self.center = torch.zeros(sizes[0])


class MakesTheBufferAParameter:
    """center is a parameter"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, dropout, generator)
            del self.center
            self.center = nn.Parameter(torch.zeros(sizes[0]))


class LeavesTheBufferOutOfTheState:
    """center is missing"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, dropout, generator)
            del self.center
            self.register_buffer("center", torch.zeros(sizes[0]), persistent=False)


class MakesPlainTensorsForWeights:
    """requires grad and is a Parameter"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, dropout, generator)
            for layer in self.layers:
                for name in ("weight", "bias"):
                    values = getattr(layer, name).detach()
                    delattr(layer, name)
                    layer.register_buffer(name, values)


class FreezesTheWeights:
    """requires_grad=False"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, dropout, generator)
            self.requires_grad_(False)


class NamesTheLayersOtherwise:
    """is missing"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            nn.Module.__init__(self)
            self.register_buffer("center", torch.zeros(sizes[0]))
            self.linear = nn.ModuleList(plain_linear(a, b) for a, b in zip(sizes, sizes[1:]))


class CountsTheActivationsAmongTheLayers:
    """is missing"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            nn.Module.__init__(self)
            self.register_buffer("center", torch.zeros(sizes[0]))
            parts = []
            for a, b in zip(sizes, sizes[1:]):
                parts += [plain_linear(a, b), nn.ReLU()]
            self.layers = nn.Sequential(*parts[:-1])


class TakesOneLayerForAll:
    """one layer is used in several places"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, dropout, generator)
            shapes = {}
            for k, layer in enumerate(self.layers):
                self.layers[k] = shapes.setdefault(layer.weight.shape, layer)


class LeavesTheWeightsToTorch:
    """the same seed"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            nn.Module.__init__(self)
            self.register_buffer("center", torch.zeros(sizes[0]))
            self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
            self.dropout = nn.Dropout(dropout)


class DrawsFromTheGlobalGenerator:
    """the same seed"""

    class Network(Right):
        def draw(self, generator):
            super().draw(None)


class SeedsTheGlobalGenerator:
    """global generator"""

    class Network(Right):
        def draw(self, generator):
            torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
            super().draw(None)


class LetsLinearDrawFirst:
    """global generator"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            nn.Module.__init__(self)
            self.register_buffer("center", torch.zeros(sizes[0]))
            self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
            self.dropout = nn.Dropout(dropout)
            self.draw(generator)


class SeedsTheGeneratorAgain:
    """a second network from the same generator"""

    class Network(Right):
        def draw(self, generator):
            generator.manual_seed(generator.initial_seed())
            super().draw(generator)


class StartsEachLayerWithTheSameDraws:
    """have the same weights"""

    class Network(Right):
        def draw(self, generator):
            state = generator.get_state()
            for layer in self.layers:
                generator.set_state(state)
                bound = 1 / math.sqrt(layer.in_features)
                nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
                nn.init.zeros_(layer.bias)


class DividesByTheOutputs:
    """the number of the layer's inputs"""

    class Network(Right):
        def draw(self, generator):
            super().draw(generator)
            for layer in self.layers:
                layer.weight.data *= math.sqrt(layer.in_features / layer.out_features)


class DrawsBetweenMinusOneAndOne:
    """divided by the square root"""

    class Network(Right):
        def draw(self, generator):
            super().draw(generator)
            for layer in self.layers:
                layer.weight.data *= math.sqrt(layer.in_features)


class ForgetsTheSquareRoot:
    """the square root of the number"""

    class Network(Right):
        def draw(self, generator):
            super().draw(generator)
            for layer in self.layers:
                layer.weight.data /= math.sqrt(layer.in_features)


class DrawsPositiveWeights:
    """between -1 and 1"""

    class Network(Right):
        def draw(self, generator):
            super().draw(generator)
            for layer in self.layers:
                layer.weight.data.abs_()


class DrawsNormally:
    """beyond"""

    class Network(Right):
        def draw(self, generator):
            for layer in self.layers:
                nn.init.normal_(layer.weight, 0, (3 * layer.in_features) ** -0.5, generator=generator)
                nn.init.zeros_(layer.bias)


class DrawsTheBiasesToo:
    """biases"""

    class Network(Right):
        def draw(self, generator):
            super().draw(generator)
            for layer in self.layers:
                nn.init.uniform_(layer.bias, -0.1, 0.1, generator=generator)


class LeavesTheActivationsOut:
    """ReLU between the layers is left out"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers:
                x = layer(x)
            return x


class ActivatesTheOutput:
    """ReLU follows the last layer as well"""

    class Network(Right):
        def forward(self, samples):
            return torch.relu(super().forward(samples))


class IgnoresTheCenter:
    """center is not subtracted"""

    class Network(Right):
        def forward(self, samples):
            return super().forward(samples + self.center)


class AddsTheCenter:
    """center is added"""

    class Network(Right):
        def forward(self, samples):
            return super().forward(samples + 2 * self.center)


class SubtractsInPlace:
    """changed its input"""

    class Network(Right):
        def forward(self, samples):
            samples -= self.center
            return super().forward(samples + self.center)


class TakesTanh:
    """this is tanh"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                x = self.dropout(torch.tanh(layer(x)))
            return self.layers[-1](x)


class MakesNewLayersOnEachCall:
    """forward() makes layers anew"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                new = nn.Linear(layer.in_features, layer.out_features, device=x.device, dtype=x.dtype)
                x = self.dropout(torch.relu(new(x)))
            return self.layers[-1](x)


class KeepsTheBufferUnderAnotherNameToo:
    """center is not subtracted"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, dropout, generator)
            self.kept = [self.center]

        def forward(self, samples):
            x = samples - self.kept[0]
            for layer in self.layers[:-1]:
                x = self.dropout(torch.relu(layer(x)))
            return self.layers[-1](x)


class MakesZerosOnTheCpu:
    """same device"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                responses = layer(x)
                x = self.dropout(torch.maximum(responses, torch.zeros(responses.shape, dtype=responses.dtype)))
            return self.layers[-1](x)


class CutsTheGraph:
    """no gradient comes to"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                x = self.dropout(torch.relu(layer(x))).detach()
            return self.layers[-1](x)


class KnowsFloat32Only:
    """gave dtype float32, expected float64"""

    class Network(Right):
        def forward(self, samples):
            return super().forward(samples).float()


class KnowsTwoLayers:
    """the wrong values"""

    class Network(Right):
        def forward(self, samples):
            x = self.dropout(torch.relu(self.layers[0](samples - self.center)))
            for layer in self.layers[1:]:
                x = layer(x)
            return x


class DropsInEvaluation:
    """in evaluation"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                x = nn.functional.dropout(torch.relu(layer(x)), self.dropout.p)
            return self.layers[-1](x)


class NeverDrops:
    """nothing is dropped in training"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, 0.0, generator)


class DropsAlwaysHalf:
    """dropout=0.25"""

    class Network(Right):
        def __init__(self, sizes, dropout, generator):
            super().__init__(sizes, 0.5 if dropout else 0.0, generator)


class DropsWithoutScaling:
    """divided by 1 - dropout"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                x = torch.relu(layer(x))
                if self.training:
                    x = x * (torch.rand_like(x) >= self.dropout.p)
            return self.layers[-1](x)


class DropsTheOutputs:
    """the outputs themselves"""

    class Network(Right):
        def forward(self, samples):
            return self.dropout(super().forward(samples))


class DropsTheInputs:
    """the inputs"""

    class Network(Right):
        def forward(self, samples):
            return super().forward(self.dropout(samples - self.center) + self.center)


class DropsTheSameForAllSamples:
    """for each sample anew"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                x = torch.relu(layer(x))
                x = x * self.dropout(torch.ones_like(x[:1]))
            return self.layers[-1](x)


class DropsWithAMaskFromTheCpu:
    """same device"""

    class Network(Right):
        def forward(self, samples):
            x = samples - self.center
            for layer in self.layers[:-1]:
                x = torch.relu(layer(x))
                if self.training:
                    x = x * (torch.rand(x.shape) >= self.dropout.p) / (1 - self.dropout.p)
            return self.layers[-1](x)


class CountsTensors:
    """the number of tensors"""

    def count_parameters(module, trainable_only=False):
        return sum(1 for each in module.parameters() if each.requires_grad or not trainable_only)


class CountsTheState:
    """buffers"""

    def count_parameters(module, trainable_only=False):
        return sum(
            each.numel()
            for each in module.state_dict(keep_vars=True).values()
            if each.requires_grad or not trainable_only
        )


class CountsTheTopOnly:
    """of the parts"""

    def count_parameters(module, trainable_only=False):
        return sum(
            each.numel() for each in module.parameters(recurse=False) if each.requires_grad or not trainable_only
        )


class CountsSharedOnesTwice:
    """shared"""

    def count_parameters(module, trainable_only=False):
        named = module.named_parameters(remove_duplicate=False)
        return sum(each.numel() for _, each in named if each.requires_grad or not trainable_only)


class CountsEachOfAModuleAgain:
    """counted more than once"""

    def count_parameters(module, trainable_only=False):
        return sum(
            each.numel()
            for part in module.modules()
            for each in part.parameters()
            if each.requires_grad or not trainable_only
        )


class CountsTheFrozenOnes:
    """trainable_only=True"""

    def count_parameters(module, trainable_only=False):
        return sum(each.numel() for each in module.parameters())


class CountsTheTrainableAlways:
    """frozen parameters count as well"""

    def count_parameters(module, trainable_only=False):
        return sum(each.numel() for each in module.parameters() if each.requires_grad)


class SetsAnAttribute:
    """an attribute of the module"""

    def freeze(module):
        module.requires_grad = False


class TakesEvaluationForFrozen:
    """eval()"""

    def freeze(module):
        module.eval()


class FreezesAndEvaluates:
    """stays in training"""

    def freeze(module):
        module.eval().requires_grad_(False)


class FreezesTheTopOnly:
    """still requires grad"""

    def freeze(module):
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(False)


class FreezesWeightsOnly:
    """bias still requires grad"""

    def freeze(module):
        for name, parameter in module.named_parameters():
            if "weight" in name:
                parameter.requires_grad_(False)


class FreezesACopy:
    """still requires grad"""

    def freeze(module):
        copy.deepcopy(module).requires_grad_(False)


class PutsOtherParametersInPlace:
    """the same objects"""

    def freeze(module):
        for part in module.modules():
            for name, parameter in list(part.named_parameters(recurse=False)):
                setattr(part, name, nn.Parameter(parameter.detach().clone(), requires_grad=False))


class TurnsGradientsOffForAll:
    """switched off"""

    def freeze(module):
        torch.set_grad_enabled(False)
        module.requires_grad_(False)


class GivesTheStateItself:
    """moves on with the training"""

    def snapshot(module):
        return module.state_dict()


class CopiesTheDictionaryOnly:
    """moves on with the training"""

    def snapshot(module):
        return dict(module.state_dict())


class CopiesTheParametersOnly:
    """buffers"""

    def snapshot(module):
        return {name: each.detach().clone() for name, each in module.named_parameters()}


class StaysInTheGraph:
    """requires_grad=True, expected False"""

    def snapshot(module):
        return {name: each.clone() for name, each in module.state_dict(keep_vars=True).items()}


class TakesTheSnapshotToTheCpu:
    """a tensor made without device= lies on the CPU"""

    def snapshot(module):
        return {name: each.detach().clone().cpu() for name, each in module.state_dict().items()}


class GivesTheModule:
    """a dict"""

    def snapshot(module):
        return copy.deepcopy(module)


class TakesTheSnapshotInFloat32:
    """float32"""

    def snapshot(module):
        return {name: each.detach().clone().float() for name, each in module.state_dict().items()}


class MovesTheCenterInTraining:
    """after a call in training, the center"""

    class Network(Right):
        def forward(self, samples):
            if self.training:
                self.center += 0.1 * (samples.mean(dim=0) - self.center)
            return super().forward(samples)


class CountsAlongTheFirstAxis:
    """(it is one number)"""

    def count_parameters(module, trainable_only=False):
        wanted = [each for each in module.parameters() if each.requires_grad or not trainable_only]
        return sum(sum(row.numel() for row in each) if each.dim() else 0 for each in wanted)


class TakesEqualForShared:
    """parameters that are equal are not for that the same"""

    def count_parameters(module, trainable_only=False):
        found = []
        for each in module.parameters():
            known = any(torch.equal(each, other) for other in found)
            if not known and (each.requires_grad or not trainable_only):
                found.append(each)
        return sum(each.numel() for each in found)


class FreezesThePartsOnly:
    """scale still requires grad"""

    def freeze(module):
        for part in module.children():
            part.requires_grad_(False)


class FreezesKnownLayersOnly:
    """still requires grad"""

    def freeze(module):
        for part in module.modules():
            if isinstance(part, (nn.Linear, nn.Conv2d)):
                part.requires_grad_(False)


class StartsTrainingAgain:
    """the module was put in training"""

    def freeze(module):
        module.requires_grad_(False)
        module.train()


class KeepsTheBuffersThatAreNotPersistent:
    """if they are persistent"""

    def snapshot(module):
        entries = {**dict(module.named_buffers()), **module.state_dict()}
        return {name: each.detach().clone() for name, each in entries.items()}


class ForgetsTheSecondName:
    """a part that is used twice has two names"""

    def snapshot(module):
        entries = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        return {name: entries[name].detach().clone() for name in module.state_dict() if name in entries}


class FreezesWhatItKeeps:
    """the copies alone do not require grad"""

    def snapshot(module):
        module.requires_grad_(False)
        return {name: each.clone() for name, each in module.state_dict().items()}
