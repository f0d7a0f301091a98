#!/usr/bin/env python3
"""Checks an evidence pack of leakmark, with nothing but Python's standard library.

    python3 verify_pack.py leak.pack.json [PUBLIC_KEY]

It was written from the formats' descriptions (in crates/evidence/src: receipt.rs, pack,
report/soft_symbols.rs; in crates/core/src: trace/commit.rs, trace/likelihood.rs, mark/cells.rs), to be
read by an opposing expert: receipt, signatures, openings of the codeword, reliabilities, likelihood
ratio and bound. It prints "log10 LR ..." and ends with 0, or says what does not hold and ends with 1.
It does not read the exhibit: that is `leakmark pack verify --exhibit`.
"""
import base64, hashlib, json, math, struct, sys

# Ed25519, verification alone: RFC 8032, section 5.1.7 and the formulas of section 6.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, a):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add(total, a)
        a, n = add(a, a), n >> 1
    return total


def point(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, text, signature):
    key, signature = unhex(key, 32), unhex(signature, 64)
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or same(times(8, a), times(8, times(L, BASE))):
        return False
    h = hashlib.sha512(signature[:32] + key + text).digest()
    return same(times(s, BASE), add(r, times(int.from_bytes(h, "little") % L, a)))


# Reading, strictly.
def need(holds, words):
    if not holds:
        raise ValueError(words)


def unhex(text, size):
    need(len(text) == 2 * size and set(text) <= set("0123456789abcdef"), "malformed hexadecimal")
    return bytes.fromhex(text)


def integers(text, kind):
    raw = base64.b64decode(text, validate=True)
    need(len(raw) == 128 and base64.b64encode(raw).decode() == text, "malformed base64")
    return struct.unpack(">64" + kind, raw)


def cell_bytes(text):
    """One byte a cell: bit 7 the sign, bits 0 to 5 the symbol; 0x40 carries none."""
    raw = base64.b64decode(text, validate=True)
    need(len(raw) == 4096 and base64.b64encode(raw).decode() == text, "malformed base64")
    need(all(b == 0x40 or not b & 0x40 for b in raw), "malformed cells")
    return raw


def one_amplitude(mu, cells):
    """Whether the reliabilities, in steps of 1/1024, are one amplitude times the square root of
    how many cells carry the symbol."""
    low, high = 0.0, math.inf
    for symbol, steps in enumerate(mu):
        root = math.sqrt(sum(1 for b in cells if b != 0x40 and b & 0x3F == symbol))
        if root == 0:
            low = math.inf if steps else low
            continue
        low, high = max(low, (steps - 0.51) / root), min(high, (steps + 0.51) / root)
    return low <= high * (1 + 1e-6)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# The ten models of whole films: weight, copies mixed, averaged (or taken in turn), factor of the
# reliability. Of spliced films: the shares of the slots that show the copy, each with weight 0.02.
MODELS = [(.32, 1, True, 1.0), (.12, 1, True, .7), (.12, 1, True, 1.4), (.04, 2, True, 1.0),
          (.04, 2, False, 1.0), (.04, 3, True, 1.0), (.04, 3, False, 1.0), (.04, 5, True, 1.0),
          (.04, 8, True, 1.0), (.04, 16, True, 1.0)]
SHARES, WEIGHT = [.9] + [2.0 ** -k for k in range(1, 8)], .02


def ln_sum(terms):
    top = max(terms)
    return top + math.log(sum(math.exp(t - top) for t in terms))


def ln_f(sources, averaged, z, mu, p, own):
    """ln of the density of z if one of the sources has the symbol `own`, the others by chance."""
    gauss = lambda mean: -(z - mean) ** 2 / 2
    if sources == 1:
        return gauss(own * mu)
    share, others = 1 / sources, sources - 1
    if not averaged:
        by_chance = ln_sum([math.log(p) + gauss(mu), math.log(1 - p) + gauss(-mu)])
        return ln_sum([math.log(share) + gauss(own * mu), math.log(1 - share) + by_chance])
    return ln_sum([math.log(math.comb(others, k)) + k * math.log(p) + (others - k) * math.log(1 - p)
                   + gauss(mu * share * (own + 2 * k - others)) for k in range(others + 1)])


def ln_ratio(model, z, mu, p, own):
    _, sources, averaged, factor = model
    plus, minus = (ln_f(sources, averaged, z, mu * factor, p, s) for s in (1, -1))
    return (plus if own > 0 else minus) - ln_sum([math.log(p) + plus, math.log(1 - p) + minus])


def check(pack, known_key):
    need(pack["schema"] == "leakmark/evidence-pack/2", "not an evidence pack of version 2")
    receipt = pack["receipt"]
    text, key = receipt["text"].encode(), receipt["public_key"]
    need(sha256(text).hex() == receipt["sha256"], "receipt: its text was changed")
    need(signed(key, text, receipt["signature"]), "receipt: bad signature")
    need(known_key in (None, key), "receipt: signed by another registry's key")
    lines = receipt["text"].split("\n")
    said = dict(line.split(" ", 1) for line in lines[1:-1])
    need(lines[0] == "leakmark issue receipt 2" and lines[-1] == "" and len(said) == len(lines) - 2 and len(set(said) - {"variants", "reference-sha256", "lost", "damaged"}) == 16, "receipt: malformed")
    for name in ("registry", "title", "distributor"):
        need(said[name] == pack[name], f"names: the receipt is about another {name}")

    soft, last = hashlib.sha256(), -1
    sums, spliced = [math.log(m[0]) for m in MODELS], [math.log(WEIGHT)] * len(SHARES)
    kept = set()
    for part in pack["references"]:
        need(signed(key, part["entry"].encode(), part["signature"]), "master's pictures: bad signature")
        entry = part["entry"].split("\n")
        need(entry[0] == "leakmark registry entry 1" and entry[1] == "registry " + pack["registry"]
             and entry[4] == "kind reference", "master's pictures: not a reference of this registry")
        said_of = json.loads(entry[5])
        head = base64.b64decode(part["head"], validate=True)
        need(sha256(head).hex() == said_of["sha256"], "master's pictures: another file's")
        kept.add(said_of["title"])
    hosts = {host["title"] for reading in pack["readings"] for host in reading["fit"].get("hosts", [])}
    need(hosts <= kept, "master's pictures: missing")
    read = sorted(slot for reading in pack["readings"] for slot in reading["slots"])
    need(read == [slot["slot"] for slot in pack["slots"]], "slots: not in order, each once, or readings: not of these slots")
    depth = {str(1 << depth): depth for depth in range(13, 17)}.get(said["codeword-slots"])
    need(len(pack["slots"]) > 0 and depth is not None, "slots: none, or an unknown tree")
    for slot in pack["slots"]:
        at, symbols = slot["slot"], slot["symbols"]
        need(type(at) is int and last < at < 1 << depth, "slots: not in order, each once")
        need(len(symbols) == 64 and set(symbols) <= set("+-"), f"slot {at}: malformed symbols")
        z, mu, bias = (integers(slot[k], t) for k, t in (("z", "h"), ("reliability", "H"), ("bias", "H")))
        cells = cell_bytes(slot["cells"])
        need(min(bias) > 0 and len(slot["path"]) == depth, f"slot {at}: malformed")
        node = sha256(b"\0", unhex(slot["salt"], 32), struct.pack(">I64H", at, *bias), symbols.encode(), sha256(cells))
        for height, beside in enumerate(slot["path"]):
            beside = unhex(beside, 32)
            node = sha256(b"\1", beside, node) if at >> height & 1 else sha256(b"\1", node, beside)
        need(node.hex() == said["codeword-root"], f"codeword: slot {at} is not what was committed to")
        need(one_amplitude(mu, cells), f"reliabilities: those of slot {at} are not one amplitude")
        soft.update(struct.pack(">I64h64H", at, *z, *mu))
        ratios = [sum(ln_ratio(model, z[j] / 1024, mu[j] / 1024, bias[j] / 65536, 1 if symbols[j] == "+" else -1)
                      for j in range(64)) for model in MODELS]
        sums = [total + ratio for total, ratio in zip(sums, ratios)]
        # A slot that shows the copy shows it alone or, where a splice falls into it, beside another.
        own = ln_sum([ratios[0], ratios[3]]) - math.log(2)
        spliced = [total + ln_sum([math.log(share) + own, math.log(1 - share)])
                   for total, share in zip(spliced, SHARES)]
        last = at

    seal = (f"leakmark evidence 1\nregistry {pack['registry']}\nexhibit-sha256 {pack['exhibit_sha256']}\n"
            f"title {pack['title']}\nhypotheses {pack['hypotheses']}\nsoft-symbols-sha256 {soft.hexdigest()}\n")
    need(signed(key, seal.encode(), pack["evidence_signature"]), "soft symbols: not those that the registry sealed")
    ratio = ln_sum(sums + spliced) / math.log(10)
    need(abs(ratio - pack["log10_likelihood_ratio"]) <= 0.01, f"likelihood ratio: {ratio:.4f} follows")
    bound = min(0, math.log10(pack["hypotheses"]) - pack["log10_likelihood_ratio"])
    need(abs(bound - pack["log10_p_false"]) <= 0.01, f"bound: {bound:.4f} follows")
    return ratio


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            print(f"log10 LR {check(json.load(file), sys.argv[2] if len(sys.argv) > 2 else None):.6f}")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        sys.exit(f"refused: {error}")
