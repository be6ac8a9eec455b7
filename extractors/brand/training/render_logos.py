#!/usr/bin/python3
"""Renders what the matcher is trained on, once, into one file of small RGBA pictures.

Logos: the SVG files of npm's simple-icons and the icons of @iconify-json/logos (both CC0), without held_out.txt.
Wordmarks: made-up words in every font that fontconfig knows, each font and word a mark of its own.

  render_logos.py --simple-icons package/icons --iconify-logos package/icons.json --out logos.npz
"""
import argparse
import io
import json
import pathlib
import random
import subprocess

import cairosvg
import numpy
from PIL import Image, ImageDraw, ImageFont

SIDE = 112  # px, longer side of a rendered mark
HERE = pathlib.Path(__file__).parent


def held_out_words():
    lines = (HERE / "held_out.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def is_held_out(name, words):
    name = name.lower()
    parts = name.replace("_", "-").split("-")
    return any(word in parts if len(word) <= 4 else word in name for word in words) or any(
        part.startswith(word) and len(part) <= len(word) + 2 for part in parts for word in ("hp", "mini", "ford", "dhl", "nbc"))


def trimmed(picture):
    """The mark alone, longer side SIDE; None where nothing is to be seen."""
    box = picture.getchannel("A").point(lambda a: 255 if a > 24 else 0).getbbox()
    if box is None or box[2] - box[0] < 8 or box[3] - box[1] < 8:
        return None
    picture = picture.crop(box)
    scale = SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if max(size) / min(size) > 8:
        return None
    return numpy.asarray(picture.resize(size, Image.LANCZOS))


def rendered_svg(svg):
    try:
        png = cairosvg.svg2png(bytestring=svg.encode(), output_width=2 * SIDE)
        return trimmed(Image.open(io.BytesIO(png)).convert("RGBA"))
    except Exception:  # a file that this renderer cannot read is left out
        return None


def simple_icons(folder, words):
    for file in sorted(folder.glob("*.svg")):
        if not is_held_out(file.stem, words):
            yield "flat", file.stem, rendered_svg(file.read_text())


def iconify_logos(file, words):
    icons = json.loads(file.read_text())
    for name, icon in sorted(icons["icons"].items()):
        if is_held_out(name, words):
            continue
        width, height = icon.get("width", icons.get("width", 256)), icon.get("height", icons.get("height", 256))
        yield "coloured", name, rendered_svg(
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">{icon["body"]}</svg>')


def font_files():
    listed = subprocess.run(["fc-list", ":lang=en", "file"], capture_output=True, text=True, check=True).stdout
    return sorted({line.split(":")[0] for line in listed.splitlines() if line.split(":")[0].endswith((".ttf", ".otf"))})


def made_up_word(rng):
    syllables = ["ba", "co", "di", "fu", "ga", "ho", "ki", "lo", "ma", "ne", "po", "ra", "si", "to", "vu", "xa", "zen", "ster",
                 "ton", "mil", "gor", "wick", "lex", "ora", "yum", "que", "pro", "tri", "an", "el", "is", "ob"]
    word = "".join(rng.choice(syllables) for _ in range(rng.choice([1, 2, 2, 2, 3, 3])))
    word = rng.choice([word.upper(), word.capitalize(), word, word.capitalize()])
    return word + rng.choice([""] * 8 + ["!", "'s", " & Co", "24"])


def text_picture(text, font):
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGBA", (right - left + 8, bottom - top + 8))
    ImageDraw.Draw(picture).text((4 - left, 4 - top), text, font=font, fill=(0, 0, 0, 255))
    return trimmed(picture)


def wordmarks(count, rng):
    fonts = font_files()
    while count > 0:
        try:
            word, font = made_up_word(rng), rng.choice(fonts)
            yield "text", f"{word}/{pathlib.Path(font).stem}", text_picture(word, ImageFont.truetype(font, 56))
            count -= 1
        except (OSError, ValueError):
            continue


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simple-icons", type=pathlib.Path, required=True)
    parser.add_argument("--iconify-logos", type=pathlib.Path, required=True)
    parser.add_argument("--wordmarks", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    words = held_out_words()
    kinds, names, pictures = [], [], []
    for source in (simple_icons(options.simple_icons, words), iconify_logos(options.iconify_logos, words),
                   wordmarks(options.wordmarks, random.Random(options.seed))):
        for kind, name, picture in source:
            if picture is not None:
                kinds.append(kind)
                names.append(name)
                pictures.append(picture)
        print(len(pictures), "marks", flush=True)
    shapes = numpy.array([picture.shape[:2] for picture in pictures], numpy.int32)
    numpy.savez(options.out, kinds=numpy.array(kinds), names=numpy.array(names), shapes=shapes,
                pixels=numpy.concatenate([picture.reshape(-1) for picture in pictures]))


if __name__ == "__main__":
    main()
