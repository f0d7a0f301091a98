#!/usr/bin/env python3
"""Finds imports that must not be: circles of files, and rooms that know too much.

    python3 scripts/imports.py [FOLDER]...        default: src and crates/*/src

A file imports another if it names something that the other defines, in a `use`
or by a path. Re-exports are looked through, so a `mod.rs` that only hands names
on is no part of a circle; tests are left out, and so are calls of methods.

Crates are kept apart by the compiler. The rooms of core are kept apart here:
detection must not reach what derives a distributor's symbols, `trace` and the
streams of `key`, for the bound on accusing anyone innocent rests on that.

Prints every circle, every import against that rule, and exits with 1 if there is one.
"""

import re
import sys
from pathlib import Path

TOKEN = re.compile(r"[A-Za-z_]\w*|::|[{}();,*#!\[\]<>=]|\S")
NOISE = re.compile(
    r"//[^\n]*|/\*.*?\*/"                                      # comments
    r'|b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"'                     # strings
    r"|b?'(?:\\(?:u\{\w+\}|x\w\w|.)|[^'\\])'", re.S)           # characters
# What each room of core may import beside itself: rooms, or a file of one.
CORE = {
    "units": [],
    "luma": ["units"],
    "key": ["units"],
    "error": ["key"],
    "problem": ["error"],
    "mark": ["units", "luma", "key"],
    "detect": ["units", "luma", "key/secret", "mark"],
    "recognize": ["luma", "detect"],
    "trace": ["units", "key", "mark"],
}
PATHS_GO_ON = {"struct", "enum", "trait", "type", "union"}
ITEM = PATHS_GO_ON | {"fn", "const", "static"}


class Module:
    """One file: what it defines, what it binds, which paths it names."""

    def __init__(self, file, path):
        self.file, self.path = file, path
        self.children, self.items, self.names, self.globs = {}, {}, {}, []
        self.uses, self.public = [], set()
        self.rest = []
        self.parse(TOKEN.findall(NOISE.sub(" ", file.read_text())))

    def parse(self, tokens):
        depth = i = 0
        while i < len(tokens):
            token = tokens[i]
            if tokens[i:i + 7] == ["#", "[", "cfg", "(", "test", ")", "]"]:
                i = after_item(tokens, i + 7)
                continue
            if token == "use" and tokens[i + 1] != "<":
                end = tokens.index(";", i)
                before = tokens[max(0, i - 5):i]
                public = bool(before) and (before[-1] == "pub" or (before[-1] == ")" and "pub" in before))
                for path, name in leaves(tokens[i + 1:end]):
                    self.bind(path, name, public)
                i = end
            elif token == "mod" and tokens[i + 2:i + 3] == [";"]:
                self.children[tokens[i + 1]] = None
                i += 2
            elif token in ITEM and depth == 0 and i + 1 < len(tokens):
                self.items.setdefault(tokens[i + 1], set()).add(token)
            elif token == "macro_rules":
                self.items.setdefault(tokens[i + 2], set()).add(token)
            elif token in "{}":
                depth += 1 if token == "{" else -1
            self.rest.append(tokens[i])
            i += 1

    def bind(self, path, name, public):
        if name == "*":
            self.globs.append(path[:-1])
        elif name != "_":
            self.names.setdefault(name, []).append(path)
            (self.public.add(name) if public else self.uses.append(path))
        else:
            self.uses.append(path)

    def paths(self):
        """Every path named outside of `use`, and re-exported names that are used here too."""
        i = 0
        while i < len(self.rest):
            path = [self.rest[i]]
            while self.rest[i + 1:i + 2] == ["::"] and re.match(r"\w", (self.rest[i + 2:i + 3] or [" "])[0]):
                path.append(self.rest[i + 2])
                i += 2
            if len(path) > 1 or path[0] in self.public:
                yield path
            i += 1


def after_item(tokens, i):
    """The place after the item that begins at `i`."""
    depth = 0
    while i < len(tokens):
        if tokens[i] == ";" and depth == 0:
            return i + 1
        depth += {"{": 1, "}": -1}.get(tokens[i], 0)
        if tokens[i] == "}" and depth == 0:
            return i + 1
        i += 1
    return i


def leaves(tokens, prefix=()):
    """(path, local name) of everything that a `use` tree names."""
    parts, depth, start = [], 0, 0
    for i, token in enumerate(tokens + [","]):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token == "," and depth == 0:
            parts.append(tokens[start:i])
            start = i + 1
    for part in filter(None, parts):
        if "{" in part:
            brace = part.index("{")
            yield from leaves(part[brace + 1:-1], prefix + tuple(t for t in part[:brace] if t != "::"))
            continue
        alias = part[part.index("as") + 1] if "as" in part else None
        path = prefix + tuple(t for t in part[:part.index("as")] if t != "::") if alias \
            else prefix + tuple(t for t in part if t != "::")
        if path[-1] == "self":
            path = path[:-1]
        yield path, alias or path[-1]


class Crate:
    def __init__(self, root):
        self.modules = {}
        self.add(root / "lib.rs", ())

    def add(self, file, path):
        module = self.modules[path] = Module(file, path)
        folder = file.parent if file.name in ("lib.rs", "mod.rs") else file.parent / file.stem
        for child in module.children:
            for candidate in (folder / f"{child}.rs", folder / child / "mod.rs"):
                if candidate.exists():
                    self.add(candidate, path + (child,))

    def resolve(self, at, path, seen=frozenset()):
        """The module that defines what `path` means in module `at`, if it is of this crate."""
        while path and path[0] in ("crate", "self", "super"):
            at = {"crate": (), "self": at, "super": at[:-1]}[path[0]]
            path = path[1:]
        if not path:
            return None                     # a module as such: its paths tell what is used of it
        module, head, rest = self.modules[at], path[0], path[1:]
        if at + (head,) in self.modules:
            return self.resolve(at + (head,), rest, seen)
        if head in module.items and (not rest or module.items[head] & PATHS_GO_ON):
            return at
        if (at, head) in seen:
            return None
        seen |= {(at, head)}
        for name in module.names.get(head, []):     # a module and a function may share it
            found = self.resolve(at, name + rest, seen)
            if found is not None:
                return found
        for glob in module.globs:
            if glob[0] in ("crate", "self", "super") or at + glob[:1] in self.modules:
                found = self.resolve(at, glob + path, seen)
                if found is not None:
                    return found
        return None

    def imports(self):
        edges = {}
        for path, module in self.modules.items():
            named = module.uses + [tuple(p) for p in module.paths()]
            found = {self.resolve(path, p) for p in named} - {None, path}
            edges[path] = found
        return edges


def circles(edges):
    """Strongly connected components of more than one file (Tarjan, 1972)."""
    index, low, stack, found = {}, {}, [], []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        for w in sorted(edges[v]):
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in stack:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            component = stack[stack.index(v):]
            del stack[stack.index(v):]
            if len(component) > 1:
                found.append(component)

    for v in sorted(edges):
        if v not in index:
            visit(v)
    return found


def against_the_rule(edges):
    """(file, imported file) wherever a room of core imports what it may not."""
    for path, imported in sorted(edges.items()):
        for other in sorted(imported):
            room = path[:1] or ("",)
            allowed = [tuple(a.split("/")) for a in CORE.get(room[0], [])]
            if other[:1] != room and not any(other[:len(a)] == a for a in allowed):
                yield path, other


def main():
    here = Path(__file__).resolve().parent.parent
    roots = [Path(a) for a in sys.argv[1:]] or [here / "src", *sorted(here.glob("crates/*/src"))]
    total = 0
    for root in roots:
        crate = Crate(root)
        edges = crate.imports()
        found = circles(edges)
        total += len(found)
        name = lambda m: str(crate.modules[m].file.relative_to(root))
        count = sum(map(len, edges.values()))
        print(f"{root}: {len(edges)} files, {count} imports, {len(found)} circles")
        for circle in found:
            for module in sorted(circle):
                print(f"  {name(module)} imports {', '.join(sorted(name(m) for m in edges[module] & set(circle)))}")
            print()
        if root.parent.name == "core":
            for path, other in against_the_rule(edges):
                total += 1
                print(f"  {name(path)} must not import {name(other)}")
    sys.exit(1 if total else 0)


main()
