"""Other synthesisers as participants: python synthesizers_peer.py NAME TABLE_FOLDER FOLDER [SEED]

Trains on training.csv of TABLE_FOLDER with the defaults of each package, on one thread of the processor, and writes samples.csv and fit.json
into FOLDER. SDV and CTGAN are under the Business Source License: they are compared with here, and no part of Couplet.
"""

import json
import os
import resource
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
participant, table_folder, folder = sys.argv[1:4]
seed = int(sys.argv[4]) if len(sys.argv) > 4 else 0
EPOCHS = 300
# ForestDiffusion repeats each row 100 times with other noise; a tenth of that is what one thread has time for.
DUPLICATES = 10

np.random.seed(seed)
training = pd.read_csv(f"{table_folder}/training.csv", keep_default_na=False, na_values=[""], low_memory=False)
# A column that is empty in the rows at hand teaches nothing, and SDV refuses it.
empty = [name for name in training if training[name].isna().all()]
names = list(training)
training = training.drop(columns=empty)


def whole(column):
    return pd.api.types.is_numeric_dtype(column) and column.dropna().mod(1).eq(0).all()


def sdv(kind):
    import torch
    from sdv.metadata import Metadata
    from sdv import single_table

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    metadata = Metadata.detect_from_dataframes({"rows": training}, infer_keys=None)
    for name, column in metadata.to_dict()["tables"]["rows"]["columns"].items():
        # Keys were left out beforehand: what SDV takes for personal or unknown would be invented, not learned.
        if column["sdtype"] not in ("numerical", "categorical", "boolean", "datetime"):
            numeric = pd.api.types.is_numeric_dtype(training[name])
            metadata.update_column(name, sdtype="numerical" if numeric else "categorical")
    options = {} if kind == "GaussianCopulaSynthesizer" else {"epochs": EPOCHS, "enable_gpu": False}
    synthesizer = getattr(single_table, kind)(metadata, **options)
    return lambda: synthesizer.fit({"rows": training}), lambda: synthesizer.sample(len(training))["rows"]


def forest_diffusion():
    from ForestDiffusion import ForestDiffusionModel

    dates = {
        name: pd.to_datetime(training[name], errors="coerce")
        for name in training
        if training[name].dtype == object and pd.to_datetime(training[name], errors="coerce").notna().mean() > 0.9
    }
    codes, levels = {}, {}
    for name in training:
        if name in dates:
            codes[name] = dates[name].astype("int64").where(dates[name].notna()).astype(float) / 1e9
        elif pd.api.types.is_numeric_dtype(training[name]) and training[name].dtype != bool:
            codes[name] = training[name].astype(float)
        else:
            # A missing cell is one more category.
            values = training[name].astype(object).where(training[name].notna(), "")
            code, levels[name] = pd.factorize(values)
            codes[name] = code.astype(float)
    columns = list(codes)
    at = {name: i for i, name in enumerate(columns)}
    binary = [at[name] for name, values in levels.items() if len(values) == 2]
    several = [at[name] for name, values in levels.items() if len(values) > 2]
    integers = [at[name] for name in columns if name not in levels and (name in dates or whole(training[name]))]
    model = None

    def fit():
        nonlocal model
        model = ForestDiffusionModel(
            np.column_stack([codes[name] for name in columns]),
            bin_indexes=binary,
            cat_indexes=several,
            int_indexes=integers,
            duplicate_K=DUPLICATES,
            n_jobs=1,
            nthread=1,
            seed=seed,
        )

    def sample():
        drawn = pd.DataFrame(model.generate(batch_size=len(training)), columns=columns)
        for name, values in levels.items():
            drawn[name] = [values[int(np.clip(round(code), 0, len(values) - 1))] for code in drawn[name]]
        for name in dates:
            drawn[name] = pd.to_datetime(drawn[name].round().astype("int64"), unit="s").dt.strftime(
                "%Y-%m-%d %H:%M:%S"
            )
        return drawn

    return fit, sample


PARTICIPANTS = {
    "gaussian-copula": lambda: sdv("GaussianCopulaSynthesizer"),
    "tvae": lambda: sdv("TVAESynthesizer"),
    "ctgan": lambda: sdv("CTGANSynthesizer"),
    "forest-diffusion": forest_diffusion,
}


def timed(work):
    start, before = time.perf_counter(), time.process_time()
    value = work()
    return value, time.perf_counter() - start, time.process_time() - before


fit, sample = PARTICIPANTS[participant]()
_, fit_seconds, fit_processor = timed(fit)
drawn, sample_seconds, sample_processor = timed(sample)
for name in empty:
    drawn[name] = None
for name in training:
    # A column of whole numbers with missing cells is one of fractions to pandas: write it as it was read.
    if whole(training[name]) and pd.api.types.is_numeric_dtype(drawn[name]) and training[name].dtype != bool:
        drawn[name] = drawn[name].round().astype("Int64")
drawn[names].to_csv(f"{folder}/samples.csv", index=False)
with open(f"{folder}/fit.json", "w", encoding="utf-8") as file:
    json.dump(
        {
            "seconds": {"fit": fit_seconds, "sample": sample_seconds},
            "processorSeconds": {"fit": fit_processor, "sample": sample_processor},
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        },
        file,
    )
