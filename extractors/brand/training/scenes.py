"""Draws training samples: a mark as a kit shows it, the same mark as a photograph does, and what is no mark of ours.

A sample is a window of WINDOW x WINDOW px, BGR. A mark's bounding box is stretched to a square, so that a word fills a
window as a badge does. Everything is drawn straight into the window: a sample costs well under a millisecond.
"""
import cv2
import numpy

WINDOW = 48
HALF = WINDOW / 2
FILL = 0.8  # share of the window that the mark's box takes on each axis
cv2.setNumThreads(1)


class Marks:
    """Marks with their smaller copies, so that a far view is not aliased."""

    def __init__(self, file):
        data = numpy.load(file)
        self.kinds = data["kinds"]
        self.keys = [str(n).split("/")[0].split("-")[0].lower() if k != "text" else str(n) for n, k in zip(data["names"], self.kinds)]
        self.levels, start = [], 0
        for height, width in data["shapes"]:
            size = int(height) * int(width) * 4
            self.levels.append((start, int(height), int(width)))
            start += size
        self.pixels = data["pixels"]
        self.kind_of = [str(k) for k in self.kinds]

    def __len__(self):
        return len(self.levels)

    def picture(self, i):
        start, height, width = self.levels[i]
        return self.pixels[start:start + height * width * 4].reshape(height, width, 4)


class Grounds:
    def __init__(self, file):
        data = numpy.load(file)
        self.pictures, start = [], 0
        pixels = data["pixels"]
        for height, width in data["shapes"]:
            size = int(height) * int(width) * 3
            self.pictures.append(pixels[start:start + size].reshape(height, width, 3))
            start += size


class Scenes:
    def __init__(self, marks, grounds, seed, indices):
        self.marks, self.grounds = marks, grounds
        self.rng = numpy.random.default_rng(seed)
        self.indices = indices
        self.text = [i for i in indices if marks.kind_of[i] == "text"]
        y, x = numpy.mgrid[0:WINDOW, 0:WINDOW].astype(numpy.float32)
        self.grid_x, self.grid_y = (x - HALF + 0.5) / HALF, (y - HALF + 0.5) / HALF

    # --- grounds

    def colour(self):
        rng = self.rng
        pick = rng.random()
        if pick < 0.35:
            grey = rng.choice([0, 15, 30, 128, 225, 240, 255])
            return numpy.array([grey] * 3, numpy.float32)
        if pick < 0.75:  # strong colours, as brands like them
            hue = numpy.uint8([[[rng.integers(180), rng.integers(140, 256), rng.integers(90, 256)]]])
            return cv2.cvtColor(hue, cv2.COLOR_HSV2BGR)[0, 0].astype(numpy.float32)
        return rng.integers(0, 256, 3).astype(numpy.float32)

    def contrasting(self, colour):
        best = self.colour()
        for _ in range(6):
            if numpy.abs(best - colour).max() > 70 and abs(float(best.mean() - colour.mean())) > 35:
                return best
            best = self.colour()
        return numpy.array([255.0] * 3 if colour.mean() < 128 else [0.0] * 3, numpy.float32)

    def photo(self):
        rng = self.rng
        picture = self.grounds.pictures[rng.integers(len(self.grounds.pictures))]
        side = int(rng.choice([28, 48, 64, 96, 160, 256]))
        height, width = picture.shape[:2]
        side = min(side, height, width)
        y, x = rng.integers(height - side + 1), rng.integers(width - side + 1)
        patch = cv2.resize(picture[y:y + side, x:x + side], (WINDOW, WINDOW),
                           interpolation=cv2.INTER_AREA if side > WINDOW else cv2.INTER_LINEAR)
        if rng.random() < 0.5:
            patch = patch[:, ::-1]
        return patch.astype(numpy.float32)

    def plain(self, colour):
        ground = numpy.empty((WINDOW, WINDOW, 3), numpy.float32)
        ground[:] = colour
        return ground

    # --- marks

    def layer(self, picture, matrix, bow=0.0):
        """The mark as RGBA float within the window. `matrix` maps mark px to window px."""
        scale = numpy.sqrt(abs(numpy.linalg.det(matrix[:2, :2])))
        if scale < 0.5:
            factor = max(scale * 1.2, 4 / min(picture.shape[:2]))
            if factor < 1:
                small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
                sx, sy = small.shape[1] / picture.shape[1], small.shape[0] / picture.shape[0]
                matrix = matrix @ numpy.diag([1 / sx, 1 / sy, 1])
                picture = small
        if bow == 0:
            return cv2.warpPerspective(picture, matrix, (WINDOW, WINDOW), flags=cv2.INTER_LINEAR).astype(numpy.float32)
        inverse = numpy.linalg.inv(matrix)
        axis, amount = (self.grid_x, bow) if self.rng.random() < 0.6 else (self.grid_y, bow)
        x, y = self.grid_x * HALF + HALF - 0.5, self.grid_y * HALF + HALF - 0.5
        if axis is self.grid_x:  # a can: bent lines, sides that turn away
            y = y + amount * 9 * (axis * axis - 0.3)
            x = x + abs(amount) * 7 * axis * axis * axis
        else:
            x = x + amount * 7 * numpy.sin(axis * 3 + amount * 9)  # cloth
        w = inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2]
        mx = ((inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]) / w).astype(numpy.float32)
        my = ((inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]) / w).astype(numpy.float32)
        return cv2.remap(picture, mx, my, cv2.INTER_LINEAR).astype(numpy.float32)

    def placed(self, picture, box, turn, tilt):
        """Matrix that fills `box` (x0, y0, x1, y1; window px) with the turned and tilted mark."""
        rng = self.rng
        height, width = picture.shape[:2]
        corners = numpy.array([[0, 0], [width, 0], [width, height], [0, height]], numpy.float32)
        seen = (corners - [width / 2, height / 2])
        angle = numpy.deg2rad(turn)
        seen = seen @ numpy.array([[numpy.cos(angle), numpy.sin(angle)], [-numpy.sin(angle), numpy.cos(angle)]])
        if tilt > 0:
            seen = seen + rng.uniform(-tilt, tilt, (4, 2)) * min(width, height) + rng.uniform(-tilt, tilt, 4)[:, None] * seen
        low, high = seen.min(0), seen.max(0)
        seen = (seen - low) / (high - low) * [box[2] - box[0], box[3] - box[1]] + [box[0], box[1]]
        return cv2.getPerspectiveTransform(corners, seen.astype(numpy.float32))

    def painted(self, layer, kind, colour, style):
        """The layer's colours as they show: own colours or one ink."""
        if style == "ink" or kind != "coloured":
            ink = numpy.empty_like(layer[:, :, :3])
            ink[:] = colour
            return ink
        shown = layer[:, :, 2::-1]
        return 255 - shown if style == "negative" else shown

    def effects(self, window):
        rng = self.rng
        if rng.random() < 0.5:  # light
            slope = rng.uniform(-0.35, 0.35, 2)
            window = window * (rng.uniform(0.6, 1.15) + slope[0] * self.grid_x + slope[1] * self.grid_y)[:, :, None]
        if rng.random() < 0.3:
            window = window * rng.uniform(0.75, 1.2, 3).astype(numpy.float32)
        if rng.random() < 0.25:  # haze, flat contrast
            window = window * rng.uniform(0.4, 0.9) + rng.uniform(0, 120)
        window = numpy.clip(window, 0, 255).astype(numpy.uint8)
        if rng.random() < 0.45:
            side = int(rng.integers(13, 40))
            window = cv2.resize(cv2.resize(window, (side, side), interpolation=cv2.INTER_AREA), (WINDOW, WINDOW),
                                interpolation=cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC)
        elif rng.random() < 0.5:
            window = cv2.GaussianBlur(window, (0, 0), rng.uniform(0.4, 1.3))
        if rng.random() < 0.3:
            noise = rng.standard_normal((WINDOW, WINDOW, 1 if rng.random() < 0.5 else 3), numpy.float32)
            window = numpy.clip(window + noise * rng.uniform(2, 14), 0, 255).astype(numpy.uint8)
        if rng.random() < 0.2:
            _, coded = cv2.imencode(".jpg", window, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))])
            window = cv2.imdecode(coded, cv2.IMREAD_COLOR)
        return window

    def blend(self, ground, layer, colours):
        alpha = layer[:, :, 3:] / 255
        return ground + alpha * (colours - ground)

    def look(self, kind):
        """Ink and style in which a mark shows."""
        rng = self.rng
        style = rng.choice(["own", "own", "own", "ink", "negative"]) if kind == "coloured" else "ink"
        return self.colour(), style

    def kit_view(self, i, look):
        """The mark as a kit has it: clean on an even ground, or cut from a photograph."""
        rng = self.rng
        picture, kind = self.marks.picture(i), self.marks.kind_of[i]
        ink, style = look
        wild = rng.random() < 0.4
        half = WINDOW * FILL / 2
        middle = WINDOW / 2 - 0.5
        box = numpy.array([middle - half, middle - half, middle + half, middle + half])
        box = box + rng.uniform(-2, 2, 4)
        matrix = self.placed(picture, box, rng.normal(0, 4) if wild else 0, 0.07 if wild else 0)
        layer = self.layer(picture, matrix, rng.uniform(-0.4, 0.4) if wild and rng.random() < 0.3 else 0)
        colours = self.painted(layer, kind, ink, style)
        alpha = layer[:, :, 3:] / 255
        tone = (colours * alpha).sum((0, 1)) / max(alpha.sum(), 1)
        if wild and rng.random() < 0.3:
            ground = self.photo()
        elif rng.random() < 0.5:
            ground = self.plain([255.0] * 3 if tone.mean() < 150 else [0.0] * 3)
        else:
            ground = self.plain(self.contrasting(tone))
        window = self.blend(ground, layer, colours)
        if not wild:
            return numpy.clip(window, 0, 255).astype(numpy.uint8), tone, ground[0, 0]
        window = self.effects(window)
        # A crop of the user's ends with the mark: the margin is drawn out from its rim.
        margin = int(round((WINDOW - 2 * half) / 2))
        if rng.random() < 0.7:
            window = cv2.copyMakeBorder(window[margin:WINDOW - margin, margin:WINDOW - margin], margin, margin, margin, margin,
                                        cv2.BORDER_REPLICATE)
        return window, tone, ground[0, 0]

    def photo_view(self, i, look, kit_ground, shift=0.14, grow=0.28, stretch=0.2):
        """The mark as a photograph shows it, and where: x0, y0, x1, y1 in window px."""
        rng = self.rng
        picture, kind = self.marks.picture(i), self.marks.kind_of[i]
        ink, style = look
        side = WINDOW * FILL * numpy.exp(rng.uniform(-grow, grow))
        ratio = numpy.exp(rng.uniform(-stretch, stretch) / 2)
        middle = WINDOW / 2 - 0.5 + rng.uniform(-shift, shift, 2) * WINDOW
        half = numpy.array([side * ratio, side / ratio]) / 2
        box = numpy.concatenate([middle - half, middle + half])
        matrix = self.placed(picture, box, numpy.clip(rng.normal(0, 8), -28, 28), 0.12 if rng.random() < 0.6 else 0)
        layer = self.layer(picture, matrix, rng.uniform(-1, 1) if rng.random() < 0.25 else 0)
        colours = self.painted(layer, kind, ink, style)
        alpha = layer[:, :, 3:] / 255
        tone = (colours * alpha).sum((0, 1)) / max(alpha.sum(), 1)
        pick = rng.random()
        if pick < 0.3:
            ground = self.plain(kit_ground if rng.random() < 0.5 and numpy.abs(kit_ground - tone).max() > 70 else self.contrasting(tone))
        elif pick < 0.65:
            ground = self.photo()
            if abs(float(ground[12:36, 12:36].mean() - tone.mean())) < 30:
                ground = self.photo() * (1.5 if tone.mean() < 100 else 0.5)
        else:  # a plate on something
            ground = self.photo() if rng.random() < 0.6 else self.plain(self.colour())
            plate = [int(v) for v in self.contrasting(tone)]
            reach = rng.uniform(0.04, 0.35, 4) * WINDOW
            x0, y0, x1, y1 = (int(v) for v in (box[0] - reach[0], box[1] - reach[1], box[2] + reach[2], box[3] + reach[3]))
            if rng.random() < 0.75:
                cv2.rectangle(ground, (x0, y0), (x1, y1), plate, -1)
            else:
                cv2.ellipse(ground, ((x0 + x1) // 2, (y0 + y1) // 2), ((x1 - x0) * 3 // 4, (y1 - y0) * 3 // 4), 0, 0, 360, plate, -1)
        if rng.random() < 0.35:
            self.neighbour(ground, box)
        window = self.blend(ground, layer, colours)
        if rng.random() < 0.15:  # something in front
            size = rng.uniform(0.1, 0.45, 2) * WINDOW
            at = rng.uniform(0, WINDOW, 2)
            cover = self.photo().mean((0, 1)) if rng.random() < 0.5 else self.colour()
            cv2.ellipse(window, (int(at[0]), int(at[1])), (int(size[0] / 2) + 1, int(size[1] / 2) + 1), rng.uniform(0, 180), 0, 360,
                        [float(v) for v in cover], -1)
        return self.effects(window), box

    def neighbour(self, ground, box):
        """Another mark or a word beside the place, cut by the window's rim."""
        rng = self.rng
        j = self.text[rng.integers(len(self.text))] if rng.random() < 0.6 else self.indices[rng.integers(len(self.indices))]
        other = self.marks.picture(j)
        side = rng.uniform(0.3, 1.2) * WINDOW
        height, width = other.shape[:2]
        half = numpy.array([width, height]) * side / max(width, height) / 2
        direction = rng.integers(4)
        at = numpy.array([rng.uniform(0, WINDOW), rng.uniform(0, WINDOW)])
        at[direction % 2] = (box[direction % 2] - half[direction % 2] - 2, box[direction % 2 + 2] + half[direction % 2] + 2)[direction // 2]
        layer = self.layer(other, self.placed(other, numpy.concatenate([at - half, at + half]), rng.normal(0, 5), 0))
        colours = self.painted(layer, self.marks.kind_of[j], self.colour(), "own")
        ground[:] = self.blend(ground, layer, colours)

    # --- what is no mark of ours

    def other(self):
        rng = self.rng
        pick = rng.random()
        if pick < 0.34:
            return self.effects(self.photo())
        ground = self.photo() if rng.random() < 0.5 else self.plain(self.colour())
        if pick < 0.66:  # lettering, large and small
            for _ in range(rng.integers(1, 5)):
                self.draw_other(ground, self.text[rng.integers(len(self.text))], rng.uniform(0.4, 3))
        elif pick < 0.8:
            self.shapes(ground)
        else:  # part of a mark, or several
            for _ in range(rng.integers(1, 3)):
                self.draw_other(ground, self.indices[rng.integers(len(self.indices))], rng.choice([0.35, 0.5, 1.8, 2.6]))
        return self.effects(ground)

    def draw_other(self, ground, j, size):
        rng = self.rng
        picture = self.marks.picture(j)
        height, width = picture.shape[:2]
        half = numpy.array([width, height]) * size * WINDOW / max(width, height) / 2
        at = rng.uniform(-0.1, 1.1, 2) * WINDOW
        layer = self.layer(picture, self.placed(picture, numpy.concatenate([at - half, at + half]), rng.normal(0, 8), 0.05))
        colours = self.painted(layer, self.marks.kind_of[j], self.contrasting(ground.mean((0, 1))), rng.choice(["own", "ink"]))
        ground[:] = self.blend(ground, layer, colours)

    def shapes(self, ground):
        rng = self.rng
        for _ in range(rng.integers(1, 7)):
            ink = [float(v) for v in self.colour()]
            thick = int(rng.choice([-1, -1, 1, 2, 3, 5]))
            a, b = rng.integers(-10, WINDOW + 10, 2), rng.integers(-10, WINDOW + 10, 2)
            pick = rng.integers(4)
            if pick == 0:
                cv2.rectangle(ground, tuple(int(v) for v in a), tuple(int(v) for v in b), ink, thick)
            elif pick == 1:
                cv2.ellipse(ground, tuple(int(v) for v in a), (int(rng.integers(3, 30)), int(rng.integers(3, 30))),
                            float(rng.uniform(0, 180)), 0, float(rng.choice([180, 270, 360, 360])), ink, thick)
            elif pick == 2:
                cv2.line(ground, tuple(int(v) for v in a), tuple(int(v) for v in b), ink, abs(thick))
            else:
                points = rng.integers(-10, WINDOW + 10, (int(rng.integers(3, 7)), 1, 2)).astype(numpy.int32)
                cv2.fillPoly(ground, [points], ink)

    # --- batches

    def batch(self, pairs, others):
        """Kit views, photo views, boxes of the latter, others. Marks of one batch have different names."""
        rng = self.rng
        chosen, keys = [], set()
        while len(chosen) < pairs:
            i = self.indices[rng.integers(len(self.indices))]
            if self.marks.kind_of[i] == "text" and rng.random() < 0.3 or self.marks.keys[i] in keys:
                continue
            keys.add(self.marks.keys[i])
            chosen.append(i)
        kit, photo, boxes = [], [], []
        for i in chosen:
            look = self.look(self.marks.kind_of[i])
            view, tone, ground = self.kit_view(i, look)
            same = rng.random() < 0.6
            seen, box = self.photo_view(i, look if same else self.look(self.marks.kind_of[i]), ground)
            kit.append(view)
            photo.append(seen)
            boxes.append(box)
        return (numpy.stack(kit), numpy.stack(photo), numpy.array(boxes, numpy.float32),
                numpy.stack([self.other() for _ in range(others)]))
