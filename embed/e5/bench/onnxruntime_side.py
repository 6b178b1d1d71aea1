"""The other side of the comparison: the same model run by onnxruntime.

Usage: onnxruntime_side.py MODEL.onnx FOLDER

Quantizes MODEL.onnx dynamically to int8, per channel, into FOLDER, where that
was not done before. Then reads a line of JSON, {case: [[token ids] ...]}, and
after it one line for each run, "PRECISION CASE"; answers each with the seconds
it took.
"""

import json
import os
import sys
import time

import numpy as np
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

THREADS = 2
BATCHES = (1, 8, 16)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def batches(sequences, size):
    """Texts of similar length together, padded to the longest of each batch."""
    ordered = sorted(sequences, key=len)
    for i in range(0, len(ordered), size):
        group = ordered[i : i + size]
        width = max(len(s) for s in group)
        ids = np.zeros((len(group), width), np.int64)
        mask = np.zeros((len(group), width), np.int64)
        for row, s in enumerate(group):
            ids[row, : len(s)] = s
            mask[row, : len(s)] = 1
        yield {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}


def embed(model, feeds):
    start = time.perf_counter()
    for feed in feeds:
        hidden = model.run(None, feed)[0]
        mask = feed["attention_mask"][:, :, None].astype(np.float32)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    return time.perf_counter() - start


def main():
    model, folder = sys.argv[1:]
    small = os.path.join(folder, "e5-small-v2-int8.onnx")
    if not os.path.exists(small):
        quantize_dynamic(model, small, per_channel=True, weight_type=QuantType.QInt8)
    models = {"int8": session(small), "fp32": session(model)}
    cases = json.loads(sys.stdin.readline())
    feeds = {}
    for precision, m in models.items():
        for case, sequences in cases.items():
            # Each model runs each case in the batches that suit it best, found
            # out with some of the texts.
            some = sequences[:: max(1, len(sequences) // 48)]
            tried = {size: list(batches(some, size)) for size in BATCHES if size <= len(some)}
            best = min(tried, key=lambda size: min(embed(m, tried[size]) for _ in range(2)))
            feeds[precision, case] = list(batches(sequences, best))
            print(f"onnxruntime {onnxruntime.__version__} {precision}: {case}: batches of {best}", file=sys.stderr)
    print("ready", flush=True)
    for line in sys.stdin:
        precision, case = line.strip().split(" ", 1)
        print(embed(models[precision], feeds[precision, case]), flush=True)


main()
