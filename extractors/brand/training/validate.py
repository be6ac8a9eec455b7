#!/usr/bin/python3
"""Figures of a checkpoint for the marks that training never saw (every tenth).

  validate.py --logos logos.npz --grounds grounds.npz run/final.pt
"""
import argparse

import numpy
import torch
import torch.nn.functional as F

import networks
import scenes
from train import box_targets, tensor

MARKS = 256
OTHERS = 4096


def looked_at(embedder, windows):
    vectors, maps = [], []
    for start in range(0, len(windows), 256):
        v, m = embedder(tensor(windows[start:start + 256]).float())
        vectors.append(F.normalize(v.flatten(1)))
        maps.append(m)
    return torch.cat(vectors), torch.cat(maps)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logos", required=True)
    parser.add_argument("--grounds", required=True)
    parser.add_argument("--seed", type=int, default=99)
    parser.add_argument("checkpoint")
    options = parser.parse_args()
    marks = scenes.Marks(options.logos)
    held = [i for i in range(len(marks)) if i % 10 == 9]
    source = scenes.Scenes(marks, scenes.Grounds(options.grounds), options.seed, held)
    kit, photo, boxes, others = source.batch(MARKS, OTHERS)
    state = torch.load(options.checkpoint, map_location="cpu")
    embedder, comparer = networks.Embedder(), networks.Comparer()
    embedder.load_state_dict(state["embedder"])
    comparer.load_state_dict(state["comparer"])
    embedder.eval(), comparer.eval()
    with torch.no_grad():
        a, kit_maps = looked_at(embedder, kit)
        b, photo_maps = looked_at(embedder, photo)
        c, other_maps = looked_at(embedder, others)
        alike = b @ a.t()
        own = alike.diagonal()
        print(f"step {state['step']}: nearest of {MARKS} kits right: {(alike.argmax(1) == torch.arange(MARKS)).float().mean():.3f}")
        # For a kit, the likeness that one of 1,000 windows without a mark reaches.
        level = (a @ c.t()).topk(max(1, OTHERS // 1000), 1).values[:, -1]
        print(f"true match above what 1 of 1,000 other windows reaches: {(own > level).float().mean():.3f}")
        right = comparer(networks.pair_of(kit_maps, photo_maps))
        hardest = (a @ c.t()).argmax(1)
        wrong = comparer(networks.pair_of(kit_maps, other_maps[hardest]))
        mistaken = comparer(networks.pair_of(kit_maps, photo_maps[(alike.t() - 9 * torch.eye(MARKS)).argmax(1)]))
        both = torch.cat([wrong[:, 0], mistaken[:, 0]])
        area = (right[:, :1] > both[None]).float().mean()
        print(f"comparer, true pairs against each kit's hardest window and hardest other mark: area under the curve {area:.3f}")
        print(f"box, mean error in shares of the window: {(right[:, 1:] - box_targets(torch.from_numpy(boxes))).abs().mean():.3f}")


if __name__ == "__main__":
    main()
