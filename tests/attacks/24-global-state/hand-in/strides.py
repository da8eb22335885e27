import gc
import locale
import os
import random
import sys
import warnings

import numpy
import torch

torch.set_default_dtype(torch.float64)
torch.set_default_device("meta")
torch.set_grad_enabled(False)
torch.set_num_threads(7)
torch.use_deterministic_algorithms(True)
torch.set_flush_denormal(True)
torch.set_printoptions(precision=1)
torch.manual_seed(0)
random.seed(0)
numpy.random.seed(0)
numpy.seterr(all="raise")
gc.disable()
warnings.simplefilter("error")
sys.setswitchinterval(1)
sys.setrecursionlimit(300)
sys.path.clear()
os.environ.clear()
os.umask(0o777)
os.chdir("/")
locale.setlocale(locale.LC_ALL, "C")
sys.stdout = sys.stderr = None

@SOLUTION@
