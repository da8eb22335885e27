"""Wrong answers to data/iterable_dataset."""

from itertools import islice

from torch.utils.data import Dataset, IterableDataset, get_worker_info


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


class GivesAllItemsToEachWorker:
    """all items"""

    def shard(items, worker, workers):
        return iter(items)


class GivesRunsInARow:
    """in a row"""

    def shard(items, worker, workers):
        items = list(items)
        size = -(-len(items) // workers)
        return iter(items[worker * size : (worker + 1) * size])


class BeginsAtTheFirstItem:
    """the share of worker 0"""

    def shard(items, worker, workers):
        return islice(items, 0, None, workers)


class CountsWorkersFromOne:
    """from 0"""

    def shard(items, worker, workers):
        return (item for place, item in enumerate(items, start=1) if place % workers == worker)


class TakesTheNumberOfTheWorkerForTheStep:
    """the step"""

    def shard(items, worker, workers):
        return islice(items, worker, None, max(worker, 1))


class KnowsTwoWorkersOnly:
    """the step"""

    def shard(items, worker, workers):
        return islice(items, worker, None, 2) if workers > 1 else iter(items)


class DropsTheLastRound:
    """last round"""

    def shard(items, worker, workers):
        items = iter(items)
        while len(round_ := list(islice(items, workers))) == workers:
            yield round_[worker]


class ListsTheItems:
    """no further"""

    def shard(items, worker, workers):
        return iter(list(items)[worker::workers])


class ReadsARoundAtOnce:
    """no further"""

    def shard(items, worker, workers):
        items = iter(items)
        while round_ := list(islice(items, workers)):
            yield from round_[worker : worker + 1]


class GivesAList:
    """expected an iterator"""

    def shard(items, worker, workers):
        return list(islice(items, worker, None, workers))


class OpensTheSourceInTheConstructor:
    """the constructor"""

    class Stream(Base):
        def __init__(self, open_source):
            items = open_source()
            self.open_source = lambda: items


class ListsTheSourceInTheConstructor:
    """the constructor"""

    class Stream(Base):
        def __init__(self, open_source):
            items = list(open_source())
            self.open_source = lambda: iter(items)


class OpensTheSourceOnce:
    """the second pass"""

    class Stream(Base):
        def __iter__(self):
            if not hasattr(self, "items"):
                self.items = super().__iter__()
            return self.items


class ReturnsItself:
    class Stream(Base):
        def __iter__(self):
            self.items = super().__iter__()
            return self

        def __next__(self):
            return next(self.items)


class RemembersTheItems:
    """read one by one"""

    class Stream(Base):
        def __iter__(self):
            if not hasattr(self, "items"):
                self.items = list(super().__iter__())
            return iter(self.items)


class ReadsAllBeforeTheFirst:
    """with the first item in hand"""

    class Stream(Base):
        def __iter__(self):
            return iter(list(super().__iter__()))


class ForgetsTheWorkers:
    """every item once from each worker"""

    class Stream(Base):
        def __iter__(self):
            return self.open_source()


class TakesWorkerZeroForNone:
    """every item, in worker 0 too"""

    class Stream(Base):
        def __iter__(self):
            info = get_worker_info()
            if info is not None and info.id:
                return super().__iter__()
            return self.open_source()


class AsksInTheConstructor:
    """every item once from each worker"""

    class Stream(Base):
        def __init__(self, open_source):
            super().__init__(open_source)
            self.info = get_worker_info()

        def __iter__(self):
            info = self.info
            items = self.open_source()
            return items if info is None else islice(items, info.id, None, info.num_workers)


class ExpectsWorkersAlways:
    """raised AttributeError"""

    class Stream(Base):
        def __iter__(self):
            info = get_worker_info()
            return islice(self.open_source(), info.id, None, info.num_workers)


class AssumesTwoWorkers:
    class Stream(Base):
        def __iter__(self):
            info = get_worker_info()
            items = self.open_source()
            return items if info is None else islice(items, info.id % 2, None, 2) if info.id < 2 else iter(())


class LetsTheFirstWorkerDoItAll:
    """a share each"""

    class Stream(Base):
        def __iter__(self):
            info = get_worker_info()
            items = self.open_source()
            return items if info is None or info.id == 0 else iter(())


class SharesWithoutWorkers:
    """outside of a worker"""

    class Stream(Base):
        def __iter__(self):
            info = get_worker_info()
            worker, workers = (info.id, info.num_workers) if info else (0, 2)
            return islice(self.open_source(), worker, None, workers)


class IsMapStyle:
    """subclass of torch.utils.data.IterableDataset"""

    class Stream(Dataset):
        __init__ = Base.__init__

        def __iter__(self):
            info = get_worker_info()
            items = self.open_source()
            return items if info is None else islice(items, info.id, None, info.num_workers)


class EndsAtNone:
    """this ends at None"""

    def shard(items, worker, workers):
        share = islice(items, worker, None, workers)
        while (item := next(share, None)) is not None:
            yield item


class LeavesOutNone:
    """None was left out"""

    def shard(items, worker, workers):
        return (item for item in islice(items, worker, None, workers) if item is not None)
