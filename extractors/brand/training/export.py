#!/usr/bin/python3
"""Writes a checkpoint as two ONNX files that OpenCV 4.6 runs, and checks that it computes the same.

  export.py run/final.pt ../model
"""
import pathlib
import sys

import cv2
import numpy
import torch

import networks


def exported(network, example, file, outputs, axes):
    torch.onnx.export(network, example, file, opset_version=11, input_names=["input"], output_names=outputs, dynamic_axes=axes,
                      do_constant_folding=True)
    with torch.no_grad():
        answers = network(example)
    net = cv2.dnn.readNetFromONNX(str(file))
    net.setInput(example.numpy())
    seen = net.forward(outputs)
    difference = 0
    for wanted, got in zip(answers if isinstance(answers, tuple) else (answers,), seen):
        difference = max(difference, numpy.abs(got - wanted.numpy()).max() / numpy.abs(wanted.numpy()).max())
    print(file, pathlib.Path(file).stat().st_size, "bytes, largest difference as a share", difference)
    assert difference < 1e-3


def main():
    state = torch.load(sys.argv[1], map_location="cpu")
    out = pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    embedder = networks.Embedder()
    embedder.load_state_dict(state["embedder"])
    exported(embedder.eval(), torch.rand(2, 3, 96, 80), out / "brand_embedder.onnx", ["vectors", "maps"],
             {"input": {0: "windows", 2: "height", 3: "width"}})
    comparer = networks.Comparer()
    comparer.load_state_dict(state["comparer"])
    exported(comparer.eval(), torch.rand(2, 4 * networks.MAP, 4, 4), out / "brand_comparer.onnx", ["answers"], {"input": {0: "pairs"}})
    print("step", state["step"])


if __name__ == "__main__":
    main()
