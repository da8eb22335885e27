"""Wrong answers to data/iterable_dataset."""

from itertools import islice

from torch.utils.data import Dataset, IterableDataset, get_worker_info

from dojo.runner.variants import body, replaces


def base():
    class Right(IterableDataset):
        def __init__(self, open_source):
            self.open_source = open_source

        def __iter__(self):
            info = get_worker_info()
            items = self.open_source()
            return items if info is None else islice(items, info.id, None, info.num_workers)

    return Right


Base = base()


GivesAllItemsToEachWorker = body("shard", "return iter(items)", "all items")
BeginsAtTheFirstItem = body("shard", "return islice(items, 0, None, workers)", "the share of worker 0")
CountsWorkersFromOne = body(
    "shard", "return (item for place, item in enumerate(items, start=1) if place % workers == worker)", "from 0"
)
TakesTheNumberOfTheWorkerForTheStep = body("shard", "return islice(items, worker, None, max(worker, 1))", "the step")
KnowsTwoWorkersOnly = body("shard", "return islice(items, worker, None, 2) if workers > 1 else iter(items)", "the step")
ListsTheItems = body("shard", "return iter(list(items)[worker::workers])", "no further")
GivesAList = body("shard", "return list(islice(items, worker, None, workers))", "expected an iterator")
LeavesOutNone = body(
    "shard", "return (item for item in islice(items, worker, None, workers) if item is not None)", "None was left out"
)


@replaces("shard", "in a row")
def GivesRunsInARow(items, worker, workers):
    items = list(items)
    size = -(-len(items) // workers)
    return iter(items[worker * size : (worker + 1) * size])


@replaces("shard", "last round")
def DropsTheLastRound(items, worker, workers):
    items = iter(items)
    while len(round_ := list(islice(items, workers))) == workers:
        yield round_[worker]


@replaces("shard", "no further")
def ReadsARoundAtOnce(items, worker, workers):
    items = iter(items)
    while round_ := list(islice(items, workers)):
        yield from round_[worker : worker + 1]


@replaces("shard", "this ends at None")
def EndsAtNone(items, worker, workers):
    share = islice(items, worker, None, workers)
    while (item := next(share, None)) is not None:
        yield item


@replaces("Stream", "the constructor")
class OpensTheSourceInTheConstructor(Base):
    def __init__(self, open_source):
        items = open_source()
        self.open_source = lambda: items


@replaces("Stream", "the constructor")
class ListsTheSourceInTheConstructor(Base):
    def __init__(self, open_source):
        items = list(open_source())
        self.open_source = lambda: iter(items)


@replaces("Stream", "the second pass")
class OpensTheSourceOnce(Base):
    def __iter__(self):
        if not hasattr(self, "items"):
            self.items = super().__iter__()
        return self.items


@replaces("Stream")
class ReturnsItself(Base):
    def __iter__(self):
        self.items = super().__iter__()
        return self

    def __next__(self):
        return next(self.items)


@replaces("Stream", "read one by one")
class RemembersTheItems(Base):
    def __iter__(self):
        if not hasattr(self, "items"):
            self.items = list(super().__iter__())
        return iter(self.items)


@replaces("Stream", "with the first item in hand")
class ReadsAllBeforeTheFirst(Base):
    def __iter__(self):
        return iter(list(super().__iter__()))


@replaces("Stream", "every item once from each worker")
class ForgetsTheWorkers(Base):
    def __iter__(self):
        return self.open_source()


@replaces("Stream", "every item, in worker 0 too")
class TakesWorkerZeroForNone(Base):
    def __iter__(self):
        info = get_worker_info()
        if info is not None and info.id:
            return super().__iter__()
        return self.open_source()


@replaces("Stream", "every item once from each worker")
class AsksInTheConstructor(Base):
    def __init__(self, open_source):
        super().__init__(open_source)
        self.info = get_worker_info()

    def __iter__(self):
        info = self.info
        items = self.open_source()
        return items if info is None else islice(items, info.id, None, info.num_workers)


@replaces("Stream", "raised AttributeError")
class ExpectsWorkersAlways(Base):
    def __iter__(self):
        info = get_worker_info()
        return islice(self.open_source(), info.id, None, info.num_workers)


@replaces("Stream")
class AssumesTwoWorkers(Base):
    def __iter__(self):
        info = get_worker_info()
        items = self.open_source()
        return items if info is None else islice(items, info.id % 2, None, 2) if info.id < 2 else iter(())


@replaces("Stream", "a share each")
class LetsTheFirstWorkerDoItAll(Base):
    def __iter__(self):
        info = get_worker_info()
        items = self.open_source()
        return items if info is None or info.id == 0 else iter(())


@replaces("Stream", "outside of a worker")
class SharesWithoutWorkers(Base):
    def __iter__(self):
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 2)
        return islice(self.open_source(), worker, None, workers)


@replaces("Stream", "subclass of torch.utils.data.IterableDataset")
class IsMapStyle(Dataset):
    __init__ = Base.__init__

    def __iter__(self):
        info = get_worker_info()
        items = self.open_source()
        return items if info is None else islice(items, info.id, None, info.num_workers)
