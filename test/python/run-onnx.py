"""Checks an exported model in full and runs it: the folder has model.onnx and feeds.json. Writes the outputs as JSON: base64 of float64, or a list of texts."""
import base64
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

folder = pathlib.Path(sys.argv[1])
path = str(folder / "model.onnx")
onnx.checker.check_model(path, full_check=True)
onnx.shape_inference.infer_shapes(onnx.load(path), strict_mode=True, data_prop=True)
feeds = {}
for feed in json.loads((folder / "feeds.json").read_text()):
    file = folder / feed["file"]
    if feed["type"] == "text":
        values = np.array(json.loads(file.read_text()), dtype=object)
    else:
        values = np.frombuffer(file.read_bytes(), dtype=feed["type"])
    feeds[feed["name"]] = values.reshape(feed["shape"])
options = onnxruntime.SessionOptions()
# Threads that wait spin, which costs other processes of a small machine more than they gain.
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]


def written(value):
    if value.dtype == object:
        return value.tolist()
    return base64.b64encode(np.ascontiguousarray(value, dtype="<f8").tobytes()).decode()


results = {name: written(value) for name, value in zip(names, session.run(names, feeds))}
print(json.dumps(results))
