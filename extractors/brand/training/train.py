#!/usr/bin/python3
"""Trains the matcher: the embedder by contrast, the comparer on pairs, its negatives being the ones the embedder takes for right.

  train.py --logos logos.npz --grounds grounds.npz --out run

Stopped at any time, it goes on from run/checkpoint.pt when started again.
"""
import argparse
import json
import math
import multiprocessing
import os
import pathlib
from queue import Full
import time

import numpy
import torch
import torch.nn.functional as F

import networks
import scenes

TEMPERATURE = 0.07
KEPT_FROM = 0.6  # of the time: from then on the kept windows are negatives of the embedder too
COMPARED = 96  # kit views a step that the comparer sees
QUEUE = 4096  # windows without a mark that are kept as negatives


def draw(options, seed, queue, indices):
    source = scenes.Scenes(scenes.Marks(options.logos), scenes.Grounds(options.grounds), seed, indices)
    queue.cancel_join_thread()  # what nobody will read any more does not hold up the end
    parent = os.getppid()
    batch = None
    while os.getppid() == parent:  # a killed trainer takes its workers along
        batch = batch or source.batch(options.pairs, options.others)
        try:
            queue.put(batch, timeout=20)
            batch = None
        except Full:
            continue


def tensor(windows):
    # A permuted array of BGR rows is what PyTorch calls channels last; half precision has the eight bits of a pixel.
    return torch.from_numpy(windows).permute(0, 3, 1, 2).to(torch.bfloat16).div_(255)


def products(a, b):
    """a times b transposed, by the fast half-precision kernels."""
    return (a.to(torch.bfloat16) @ b.to(torch.bfloat16).t()).float()


def box_targets(boxes):
    side = scenes.WINDOW
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 - (side / 2 - 0.5)
    size = boxes[:, 2:] - boxes[:, :2]
    return torch.cat([middle / side, torch.log(size / (side * scenes.FILL))], 1)


class Batches:
    """New batches, and between them older ones in other colours: drawing costs as much as a step."""

    KEPT = 48
    REPLAYS = 2  # of one batch, on average

    def __init__(self, queue):
        self.queue, self.kept = queue, []

    def next(self):
        if len(self.kept) > 8 and (self.queue.empty() or numpy.random.rand() < self.REPLAYS / (self.REPLAYS + 1)):
            kit, photo, boxes, others = self.kept[numpy.random.randint(len(self.kept))]
            order = numpy.random.permutation(3)
            negative = numpy.random.rand() < 0.3
            recoloured = [255 - x[..., order] if negative else x[..., order] for x in (kit, photo, others)]
            return recoloured[0], recoloured[1], boxes, recoloured[2]
        batch = self.queue.get()
        self.kept = (self.kept + [batch])[-self.KEPT:]
        return batch


class Trainer:
    def __init__(self, options):
        self.embedder = networks.Embedder().to(memory_format=torch.channels_last)
        self.comparer = networks.Comparer().to(memory_format=torch.channels_last)
        self.parameters = list(self.embedder.parameters()) + list(self.comparer.parameters())
        self.optimizer = torch.optim.AdamW(self.parameters, lr=options.rate, weight_decay=0.02)
        self.maps = torch.zeros(QUEUE, networks.MAP, 4, 4, dtype=torch.bfloat16)
        self.vectors = torch.zeros(QUEUE, networks.WIDTH)
        self.filled = self.next = 0

    def keep(self, maps, vectors):
        count = len(maps)
        at = torch.arange(self.next, self.next + count) % QUEUE
        self.maps[at] = maps.to(torch.bfloat16)
        self.vectors[at] = vectors
        self.next = (self.next + count) % QUEUE
        self.filled = min(QUEUE, self.filled + count)

    def step(self, batch, done):
        kit, photo, boxes, others = batch
        n = len(kit)
        everything = tensor(numpy.concatenate([kit, photo, others]))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors, maps = self.embedder(everything)
        vectors = F.normalize(vectors.float().flatten(1))
        a, b, c = vectors[:n], vectors[n:2 * n], vectors[2 * n:]
        # Kept vectors are of older weights. While those still change fast, moving away from them is a short cut to a low loss
        # that teaches nothing.
        kept = self.vectors[:self.filled]
        rivals = kept if done > KEPT_FROM else kept[:0]
        same = torch.eye(n, dtype=torch.bool)
        rows = torch.cat([a @ b.t(), (a @ a.t()).masked_fill(same, -9), a @ c.t(), products(a, rivals)], 1) / TEMPERATURE
        columns = torch.cat([b @ a.t(), (b @ b.t()).masked_fill(same, -9)], 1) / TEMPERATURE
        target = torch.arange(n)
        contrast = F.cross_entropy(rows, target) + 0.5 * F.cross_entropy(columns, target)

        right, regression, judged = self.compare(a.detach(), b.detach(), c.detach(), kept, maps, boxes)
        self.optimizer.zero_grad(set_to_none=True)
        (contrast + right + 2 * regression).backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 5)
        self.optimizer.step()
        self.keep(maps[2 * n:].detach(), c.detach())
        return [contrast.item(), right.item(), regression.item(), (rows.argmax(1) == target).float().mean().item()] + judged

    def compare(self, a, b, c, kept, maps, boxes):
        """Each kit view against its own photo view, the other photo view most like it, and one of the likest others."""
        n = len(a)
        kit, photo, others = maps[:n], maps[n:2 * n], maps[2 * n:]
        m = min(COMPARED, n)
        alike = (a[:m] @ b.t()).masked_fill(torch.eye(n, dtype=torch.bool)[:m], -9)
        rank = torch.randint(0, 3, (m, 1))
        mistaken = photo[alike.topk(3, 1).indices.gather(1, rank).squeeze(1)]
        world = products(a[:m], torch.cat([c, kept]))
        negatives = [mistaken]
        top = world.topk(8, 1).indices
        pick = top.gather(1, torch.randint(0, 8, (m, 1))).squeeze(1)
        fresh = pick < len(others)
        world = torch.where(fresh[:, None, None, None], others[pick.clamp(max=len(others) - 1)],
                            self.maps[(pick - len(others)).clamp(min=0)])
        negatives.append(world)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            pairs = torch.cat([networks.pair_of(kit[:m], other) for other in [photo[:m]] + negatives])
            answer = self.comparer(pairs)
        answer = answer.float()
        label = torch.zeros(len(pairs))
        label[:m] = 1
        right = F.binary_cross_entropy_with_logits(answer[:, 0], label)
        regression = F.smooth_l1_loss(answer[:m, 1:], box_targets(torch.from_numpy(boxes[:m])), beta=0.05)
        said = answer[:, 0].detach() > 0
        return right, regression, [said[:m].float().mean().item(), said[m:2 * m].float().mean().item(), said[2 * m:].float().mean().item()]

    def save(self, file, step):
        torch.save({"embedder": self.embedder.state_dict(), "comparer": self.comparer.state_dict(), "step": step,
                    "optimizer": self.optimizer.state_dict()}, str(file) + ".part")
        pathlib.Path(str(file) + ".part").rename(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logos", required=True)
    parser.add_argument("--grounds", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=4000, help="the learning rate falls to nothing within them")
    parser.add_argument("--pairs", type=int, default=96, help="marks a step")
    parser.add_argument("--others", type=int, default=96, help="new windows without a mark a step")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    marks = scenes.Marks(options.logos)
    # Every tenth mark is kept for validate.py.
    indices = [i for i in range(len(marks)) if i % 10 != 9]
    del marks
    queue = multiprocessing.Queue(6)
    checkpoint = options.out / "checkpoint.pt"
    state = torch.load(checkpoint) if checkpoint.exists() else None
    first = state["step"] if state else 0
    for worker in range(options.workers):
        multiprocessing.Process(target=draw, args=(options, options.seed * 1000 + 10 * first + worker, queue, indices),
                                daemon=True).start()
    numpy.random.seed(options.seed)
    batches = Batches(queue)
    trainer = Trainer(options)
    if state:
        trainer.embedder.load_state_dict(state["embedder"])
        trainer.comparer.load_state_dict(state["comparer"])
        trainer.optimizer.load_state_dict(state["optimizer"])
    start, saved, means = time.time(), time.time(), None
    with open(options.out / "log.jsonl", "a") as log:
        for step in range(first + 1, options.steps + 1):
            done = step / options.steps
            rate = options.rate * min(1.0, step / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
            for group in trainer.optimizer.param_groups:
                group["lr"] = rate
            values = trainer.step(batches.next(), done)
            means = values if means is None else [0.97 * m + 0.03 * v for m, v in zip(means, values)]
            if step % 20 == 0:
                names = ["contrast", "right", "box", "nearest", "true", "mistaken", "world"]
                print(json.dumps({"step": step, "minutes": round((time.time() - start) / 60, 1), "rate": round(rate, 6),
                                  "processor_s": round(time.process_time(), 1),
                                  **{k: round(m, 4) for k, m in zip(names, means)}, "waiting": queue.qsize()}), file=log, flush=True)
            if time.time() - saved > 120:
                trainer.save(checkpoint, step)
                saved = time.time()
    trainer.save(options.out / "final.pt", options.steps)


if __name__ == "__main__":
    main()
