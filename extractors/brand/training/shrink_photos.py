#!/usr/bin/python3
"""Shrinks openly licensed photographs to one file of grounds for training.

  dpkg -L mate-backgrounds ukui-wallpapers lomiri-wallpapers plasma-workspace-wallpapers | shrink_photos.py grounds.npz
"""
import pathlib
import sys

import cv2
import numpy

SIDE = 560  # px, longer side


def main():
    pictures, seen = [], set()
    for line in sys.stdin:
        file = pathlib.Path(line.strip())
        if file.suffix.lower() not in (".jpg", ".jpeg", ".png") or not file.is_file() or file.resolve() in seen:
            continue
        seen.add(file.resolve())
        picture = cv2.imread(str(file), cv2.IMREAD_REDUCED_COLOR_2)
        if picture is None or max(picture.shape[:2]) < SIDE:
            continue
        scale = SIDE / max(picture.shape[:2])
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        # The same photograph comes in several sizes: kept once.
        thumb = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (12, 12), interpolation=cv2.INTER_AREA).astype(int)
        if any(numpy.abs(thumb - other).mean() < 6 for other in (p[1] for p in pictures)):
            continue
        pictures.append((picture, thumb))
    numpy.savez(sys.argv[1], shapes=numpy.array([p.shape[:2] for p, _ in pictures], numpy.int32),
                pixels=numpy.concatenate([p.reshape(-1) for p, _ in pictures]))
    print(len(pictures), "grounds")


if __name__ == "__main__":
    main()
