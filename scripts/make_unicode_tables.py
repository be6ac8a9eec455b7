#!/usr/bin/env python3
"""Writes extractors/text/unicode_tables.cpp from the Unicode data that comes with Python.

How a letter is folded: compatibility decomposition (NFKD), then full case folding, then NFKD again. Blocks that no
label or phrase is written with (CJK radicals, squared units, enclosed ideographs) are left out, and so are Hangul
syllables, which normalize.cpp takes apart by arithmetic.

Usage: scripts/make_unicode_tables.py > extractors/text/unicode_tables.cpp
"""
import unicodedata

LAST = 0x1FBFF
# The trade mark signs stay signs, so that a name with one is still the name.
SKIPPED = [(0x2120, 0x2122), (0x2E80, 0x2FDF), (0x3200, 0x33FF), (0xAC00, 0xD7A3), (0xD800, 0xFAFF), (0x1F200, 0x1F2FF)]
LONGEST = 4

# Turkish and Azeri: dotted and dotless i are one letter for us, whatever the language of the caption is.
OVERRIDES = {0x130: "i", 0x131: "i", 0x1D6A4: "i"}
# Letters in circles and squares that Unicode gives no decomposition.
for first in (0x1F150, 0x1F170):
    for i in range(26):
        OVERRIDES[first + i] = chr(ord("a") + i)


def fold(code):
    if code in OVERRIDES:
        return OVERRIDES[code]
    once = unicodedata.normalize("NFKD", chr(code)).casefold()
    return unicodedata.normalize("NFKD", once)


def folded():
    for code in range(0x80, LAST):
        if any(first <= code <= last for first, last in SKIPPED):
            continue
        if unicodedata.category(chr(code))[0] in "ZC":
            continue
        to = fold(code)
        if to == chr(code) or len(to) > LONGEST:
            continue
        upper = unicodedata.category(chr(code)) in ("Lu", "Lt")
        yield code, [ord(c) for c in to], upper


def runs_and_sequences():
    """Splits into runs of single letters at a constant distance (step 1 or 2) and the rest."""
    singles = {code: (to[0] - code, upper) for code, to, upper in folded() if len(to) == 1}
    sequences = [(code, to, upper) for code, to, upper in folded() if len(to) > 1]
    runs, seen = [], set()
    for code in sorted(singles):
        if code in seen:
            continue
        best = (1, 1)
        for step in (1, 2):
            length = 1
            while (code + step * length not in seen
                   and singles.get(code + step * length) == singles[code]
                   and (step == 1 or code + step * length - 1 not in singles)):
                length += 1
            if length > best[0]:
                best = (length, step)
        length, step = best
        seen.update(code + step * i for i in range(length))
        delta, upper = singles[code]
        runs.append((code, code + step * (length - 1), step, delta, upper))
    return runs, sequences


def word_ranges():
    """Letters, digits and marks; unassigned code points do not break a range."""
    ranges, current = [], None
    for code in range(0x80, 0x32000):
        category = unicodedata.category(chr(code))
        if category in ("Cn", "Co", "Cs"):
            continue
        if category[0] in "LNM":
            if current is None:
                current = [code, code]
            current[1] = code
        elif current is not None:
            ranges.append(current)
            current = None
    if current is not None:
        ranges.append(current)
    return ranges


def print_table(head, items, per_line):
    print(head)
    for i in range(0, len(items), per_line):
        print("    " + " ".join(items[i:i + per_line]))
    print("};\n")


def main():
    runs, sequences = runs_and_sequences()
    print('#include "extractors/text/unicode_tables.h"\n')
    print(f"// Made by scripts/make_unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.")
    print("// clang-format off\n\nnamespace muster {\nnamespace {\n")
    flag = {True: "true", False: "false"}
    print_table("constexpr FoldRun kRuns[] = {",
                [f"{{0x{a:X}, 0x{b:X}, {s}, {d}, {flag[u]}}}," for a, b, s, d, u in runs], 4)
    print_table("constexpr FoldSequence kSequences[] = {",
                [f"{{0x{c:X}, {{{', '.join(f'0x{t:X}' for t in to)}}}, {flag[u]}}}," for c, to, u in sequences], 3)
    print_table("constexpr CodeRange kWords[] = {", [f"{{0x{a:X}, 0x{b:X}}}," for a, b in word_ranges()], 6)
    print("}  // namespace\n")
    print("std::span<const FoldRun> fold_runs() { return kRuns; }")
    print("std::span<const FoldSequence> fold_sequences() { return kSequences; }")
    print("std::span<const CodeRange> word_ranges() { return kWords; }\n")
    print("}  // namespace muster")


main()
