#!/usr/bin/python3
"""Fits brand_score's weights to candidates that muster-bench wrote, and says how good they are for brands they did not see.

  muster-bench brand --kit crops  ... --trace crops.csv
  muster-bench brand --kit vector ... --trace vector.csv
  fit_score.py crops.csv vector.csv

A candidate is right where its brand is in the picture and its box meets one of the brand's boxes (IoU of 0.3 and more); it is left
out where the brand is in the picture but the box meets none well (neither right nor wrong), and wrong else. Every data set of
pictures without boxes counts by presence alone. Logistic regression with a ridge; brands are dealt into folds, and each is scored
by weights fitted without its own candidates. Wrong candidates of pictures without any brand are dealt by the claimed brand.
"""
import argparse
import collections
import csv

import numpy

RIDGE = 2.0
FOLDS = 9


def unlabelled(file):
    if file is None:
        return set()
    with open(file) as lines:
        return {(row["path"], row["brand"]) for row in csv.DictReader(lines)}


def read(files, left_out):
    rows, names = [], None
    for number, file in enumerate(files):
        with open(file) as lines:
            reader = csv.reader(lines)
            header = next(reader)
            names = header[6:]
            for row in reader:
                if (row[1], row[2]) in left_out:
                    continue
                present, iou = row[3] == "1", float(row[4])
                if present and iou != -1 and 0.05 < iou < 0.3:
                    continue
                right = present and (iou >= 0.3 or iou == -1)
                if present and not right and iou != -1:
                    continue  # elsewhere in a picture of the brand: labels are not complete
                rows.append((f"{number}/{row[1]}", row[2], right, float(row[5]), [float(v) for v in row[6:]]))
    return names, rows


def fitted(x, y, weight):
    """Newton's method; the constant is not held back by the ridge."""
    theta = numpy.zeros(x.shape[1])
    ridge = numpy.full(x.shape[1], RIDGE)
    ridge[-1] = 1e-6
    for _ in range(40):
        p = 1 / (1 + numpy.exp(-x @ theta))
        gradient = x.T @ (weight * (p - y)) + ridge * theta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + numpy.diag(ridge)
        step = numpy.linalg.solve(hessian, gradient)
        theta -= step
        if numpy.abs(step).max() < 1e-7:
            break
    return theta


def pair_figures(rows, scores):
    """Per pair of picture and brand, its best score and whether it is right by presence."""
    best = {}
    for row, score in zip(rows, scores):
        key = (row[0], row[1])
        if key not in best or score > best[key][0]:
            best[key] = (score, row[2])
    return sorted(best.values(), reverse=True)


def report(name, rows, scores, pairs_in_all):
    pairs = pair_figures(rows, scores)
    for wanted in (0.99, 0.98, 0.95):
        hits = reached = 0
        threshold = 1.0
        for i, (score, right) in enumerate(pairs):
            hits += right
            if hits >= wanted * (i + 1):
                reached, threshold = hits, score
        print(f"{name}: precision {wanted}: {reached} true hits of {pairs_in_all} at {threshold:.3f}")
    bins = numpy.linspace(0, 1, 11)
    score = numpy.array([p[0] for p in pairs])
    right = numpy.array([p[1] for p in pairs], float)
    error = 0
    for low, high in zip(bins, bins[1:]):
        inside = (score >= low) & (score < high + (high == 1))
        if inside.any():
            error += inside.sum() * abs(score[inside].mean() - right[inside].mean())
    print(f"{name}: calibration error {error / len(pairs):.3f} over {len(pairs)} pairs")
    for threshold in (0.3, 0.5, 0.7, 0.9):
        over = [p[1] for p in pairs if p[0] >= threshold]
        print(f"{name}: score {threshold}: {sum(over)} right, {len(over) - sum(over)} wrong")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", nargs="+")
    parser.add_argument("--terms", help="evidence to use, by name, comma-separated; all where this is not given")
    parser.add_argument("--unlabelled", help="CSV of path,brand: pairs that the labels leave out; they count neither way")
    options = parser.parse_args()
    names, rows = read(options.traces, unlabelled(options.unlabelled))
    terms = options.terms.split(",") if options.terms else names
    columns = [names.index(term) for term in terms]
    brands = sorted({row[1] for row in rows})
    fold = numpy.array([brands.index(row[1]) % FOLDS for row in rows])
    x = numpy.array([[row[4][column] for column in columns] + [1.0] for row in rows])
    y = numpy.array([row[2] for row in rows], float)
    scale = numpy.maximum(x.std(0), 1e-6)
    scale[-1] = 1
    # A pair with many right candidates says no more than one with a single one.
    times = collections.Counter((row[0], row[1]) for row in rows if row[2])
    weight = numpy.array([1 / times[row[0], row[1]] if row[2] else 1.0 for row in rows])
    scores = numpy.zeros(len(rows))
    for each in range(FOLDS):
        inside = fold == each
        theta = fitted(x[~inside] / scale, y[~inside], weight[~inside])
        scores[inside] = 1 / (1 + numpy.exp(-(x[inside] / scale) @ theta))
    found = len({(row[0], row[1]) for row in rows if row[2]})
    print(f"{len(rows)} candidates, {int(y.sum())} right; {found} pairs with a right one")
    report("as shipped", rows, [row[3] for row in rows], found)
    report("cross-validated", rows, scores, found)
    theta = fitted(x / scale, y, weight) / scale
    for name, value in zip(terms + ["constant"], theta):
        print(f"{name:20} {value:9.3f}")


if __name__ == "__main__":
    main()
