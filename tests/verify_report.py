#!/usr/bin/env python3
"""Checks the registry's signature on a report of leakmark, with Python's standard library alone.

    python3 verify_report.py leak.mp4.report.json [PUBLIC_KEY]

It was written from the format's description (docs/src/formats/report.md), to be read by an
opposing expert. Signed is the report without `timing` and `signature` as canonical JSON (RFC
8785). It prints the key and ends with 0, or says what does not hold and ends with 1.
"""
import json, sys

sys.dont_write_bytecode = True
from verify_pack import need, signed


def canonical(value):
    """RFC 8785: keys in order, no white space, whole numbers without a fraction. Keys are ASCII,
    and no number of a report needs an exponent, so that Python writes the rest as JavaScript does."""
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k) + ":" + canonical(value[k]) for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def check(report, known_key):
    need(report["schema"] == "leakmark/report/2", "not a report of version 2")
    signature, key = report["signature"]["signature"], report["signature"]["public_key"]
    need(key == report["registry"]["public_key"], "signed by another key than the registry's")
    need(known_key in (None, key), "signed by another key than the one given")
    rest = {name: value for name, value in report.items() if name not in ("timing", "signature")}
    text = "leakmark report 2\n" + canonical(rest)
    need(signed(key, text.encode(), signature), "the report was changed since its registry signed it")
    return key


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            print(check(json.load(file), sys.argv[2] if len(sys.argv) > 2 else None))
    except (KeyError, TypeError, AttributeError, RecursionError, ValueError) as fault:
        sys.exit(f"refused: {fault}")
