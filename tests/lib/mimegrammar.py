# SPDX-License-Identifier: BSD-2-Clause
"""Hostile messages, composed of techniques that hide a file, and their recipes.

A recipe is {"seed", "payload", "shape", "techniques"}: from it the same octets
come again. Techniques exclude each other when they change the same spot, when
no reader has the habits of both, or by a rule below with its reason.

As a program: mimegrammar.py RECIPE writes the message of a recipe (JSON) to
standard output; --list prints the techniques.
"""
import json
import random
import re
import sys

sys.dont_write_bytecode = True
import mimegrammar_boundary  # noqa: E402
import mimegrammar_decoder  # noqa: E402
import mimegrammar_field  # noqa: E402
import mimegrammar_header  # noqa: E402
import mimegrammar_message  # noqa: E402
import mimegrammar_name  # noqa: E402
import mimegrammar_structure  # noqa: E402
from mimegrammar_payload import PAYLOADS  # noqa: E402
from mimegrammar_plan import Plan  # noqa: E402

MODULES = (mimegrammar_field, mimegrammar_header, mimegrammar_boundary, mimegrammar_structure,
           mimegrammar_message, mimegrammar_decoder, mimegrammar_name)
SHAPES = ("single", "mixed", "nested")


def collect():
    found = {}
    for module in MODULES:
        for technique in module.techniques():
            assert technique.word not in found, technique.word
            found[technique.word] = technique
    return found


TECHNIQUES = collect()

# Written with a lone CR or LF: gone when all line ends of the message change.
LONE = re.compile(r"(^|-)(cr|lf)(-|$)")
# (one, other, why): patterns of techniques that nobody can open together.
EXCLUDED = [(re.compile(one), re.compile(other), why) for one, other, why in (
    (r"cte-token:(empty|unknown)$", r"b64-|qp-form|smtp-eol:dot-stuffed",
     "data is guessed to be base64 or quoted-printable only where it looks like it"),
    (r"ct-guess:|str-nest:no-inner", r"bnd-line:(indent|mid|quoted|cr-b|blank-cr|three)",
     "a boundary is guessed from lines that begin with two dashes"),
    (r"ct-guess:|str-nest:no-inner", r"str-preamble:fake|hdr-junk:unind|bnd-(dup|2231|decoy)",
     "the first of such lines is guessed from"),
    (r"ct-guess:|str-nest:no-inner", r"cte-composite:(base64|qp)$",
     "nothing is guessed from what is still encoded"),
    (r"ct-guess:|str-nest:no-inner", r"hdr-eol:gap|sm-multi",
     "the first line of the body is part of the header, or there is another type"),
    (r"ct-guess:|str-nest:(no-inner|outer-empty)|bnd-empty", r"b64-junk:dash",
     "lines of dashes in the data delimit"),
    (r"smtp-eol:split", r"2000-blanks|bnd-long|field-300k|overlong|no-line-end|trailing-blanks",
     "a field or an escape is cut where the line is"),
    (r"bnd-empty|outer-empty", r"bnd-line:|str-end:one|str-in-header|sm-multi|hdr-ws|str-blank:del",
     "no more than dashes is left to tell a delimiter from any line"),
    (r"bnd-(case|nul|long|2047|empty|space|quote)", r"bnd-line:(mid|quoted|three)",
     "a search in mid-line is made for the exact value only"),
    (r"cte-composite:(base64|qp)$", r"hdr-eol:|str-in-header|smtp-eol:",
     "the encoded body has no lines of its own"),
    (r"str-limit:fields-2500|str-limit:field-300k", r"hdr-start:|smtp-eod",
     "where the header ends early, the fields are text"),
)]


def excluded(one, other):
    """Why two techniques are never in one message; empty when they may be."""
    if one is other:
        return "the same"
    if one.touches & other.touches:
        return "both change " + " ".join(sorted(one.touches & other.touches))
    for matter, side in one.habits.items():
        if other.habits.get(matter, side) != side:
            return "no reader takes both the first and the last " + matter
    if "eol" in (one.touches | other.touches) and {one.family, other.family} & {"smtp-eol"}:
        return "all line ends change"
    for first, second in ((one, other), (other, one)):
        if first.family == "smtp-eol" and LONE.search(second.word.partition(":")[2]):
            return "all line ends change"
        for pattern, against, why in EXCLUDED:
            if pattern.match(first.word) and against.search(second.word):
                return why
    if not one.carries & other.carries and not carriers([one, other]):
        return "no payload arrives through both"
    return ""


def carriers(techniques):
    return [payload for payload in PAYLOADS.values()
            if all(technique.carries & {payload.kind, payload.word} for technique in techniques)]


def possible(techniques):
    return bool(carriers(techniques)) and not any(
        excluded(one, other) for at, one in enumerate(techniques) for other in techniques[:at])


def message(recipe):
    """The octets of a recipe."""
    techniques = [TECHNIQUES[word] for word in recipe["techniques"]]
    rng = random.Random(recipe["seed"])
    plan = Plan(PAYLOADS[recipe["payload"]], rng, recipe["shape"])
    touched = set().union(*(technique.touches for technique in techniques)) if techniques else set()
    if "body" not in touched and "raw" not in touched and rng.random() < 0.25:
        plan.use_qp()
    for technique in sorted(techniques, key=lambda technique: technique.phase):
        technique.apply(plan)
    return plan.render()


def recipe_of(techniques, rng):
    payloads = carriers(techniques)
    shapes = SHAPES[1:] if any(technique.needs == "multi" for technique in techniques) else SHAPES
    return {"seed": rng.getrandbits(32), "payload": rng.choice(payloads).word,
            "shape": rng.choice(shapes),
            "techniques": [technique.word for technique in techniques]}


# How far the deck is searched for a partner.
DEPTH = 80


class Composer:
    """Draws techniques so that each is used, then each pair of classes, then
    whatever pairs are left."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.all = list(TECHNIQUES.values())
        self.deck = []
        self.families = set()
        self.pairs = set()

    def shuffle(self):
        """All of them once; from then on the heavy ones seldom."""
        self.deck = [technique for technique in self.all
                     if not self.pairs or self.rng.random() < technique.weight]
        self.rng.shuffle(self.deck)

    def partner(self, chosen):
        """The best of some of the deck that fit: one that makes a new pair of
        classes, or else a new pair of techniques."""
        fit = []
        for other in reversed(self.deck[-DEPTH:]):
            if possible(chosen + [other]):
                fit.append(other)
                if len(fit) == 6:
                    break
        if not fit:
            return None
        best = min(fit, key=lambda other: self.known(chosen, other))
        self.deck.remove(best)
        return best

    def known(self, chosen, other):
        return sum((frozenset((other.family, one.family)) in self.families) +
                   (frozenset((other.word, one.word)) in self.pairs) for one in chosen)

    def next(self):
        if not self.deck:
            self.shuffle()
        chosen = [self.deck.pop()]
        for _ in range(2 if self.rng.random() < 0.6 else 1):
            other = self.partner(chosen)
            if other is not None:
                self.families |= {frozenset((other.family, one.family)) for one in chosen}
                self.pairs |= {frozenset((other.word, one.word)) for one in chosen}
                chosen.append(other)
        return recipe_of(chosen, self.rng)


def recipes(count, seed=20260302):
    """count recipes; in front of many, each technique alone."""
    composer = Composer(seed)
    alone = [recipe_of([technique], composer.rng) for technique in composer.all]
    made = alone if count >= 4 * len(alone) else []
    return made + [composer.next() for _ in range(count - len(made))]


def families():
    return sorted({technique.family for technique in TECHNIQUES.values()})


def class_pairs():
    """All pairs of classes that have techniques which may meet."""
    by_family = {}
    for technique in TECHNIQUES.values():
        by_family.setdefault(technique.family, []).append(technique)
    names = sorted(by_family)
    return {frozenset((one, other)) for at, one in enumerate(names) for other in names[at + 1:]
            if any(not excluded(first, second) for first in by_family[one]
                   for second in by_family[other])}


def main(arguments):
    if arguments == ["--list"]:
        for technique in TECHNIQUES.values():
            print("%-44s %s" % (technique.word, technique.reader))
        return
    sys.stdout.buffer.write(message(json.loads(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
