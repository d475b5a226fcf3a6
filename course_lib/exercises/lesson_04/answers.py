"""Lesson 04's solutions, and wrong answers that are real misconceptions, as plain functions and programs.

A solution's source is shown to the learner, so it uses only names that the notebook's first cell imports. The wrong
answers keep the solutions' parameters; each carries in its docstring what its author believed. All of it is written as
a learner writes in a cell, so without types.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, var-annotated, attr-defined, misc"

from __future__ import annotations

from types import SimpleNamespace

__all__ = [
    "all_names",
    "breadth_first",
    "by_the_first_line",
    "copies_values",
    "everybody_counts",
    "first_asked_last",
    "forgets_the_entry",
    "keeps_exports_only",
    "keeps_the_failed",
    "load_order",
    "make_require",
    "namespace_of",
    "no_cache",
    "no_dead_zone",
    "no_memory",
    "one_import_at_a_time",
    "remembers_too_late",
    "star_is_a_name",
    "unused",
    "writes_through",
]


# -- 04-2: require and its cache


def make_require(files):
    cache = {}

    def require(path):
        if path in cache:
            return cache[path].exports
        module = SimpleNamespace(exports=SimpleNamespace())
        cache[path] = module
        try:
            files[path](module.exports, require, module)
        except BaseException:
            del cache[path]
            raise
        return module.exports

    require.cache = cache
    return require


def no_cache(files):
    """Believes that `require` runs the file each time, as `exec` would."""

    def require(path):
        module = SimpleNamespace(exports=SimpleNamespace())
        files[path](module.exports, require, module)
        return module.exports

    require.cache = {}
    return require


def remembers_too_late(files):
    """Believes that a module is remembered when it has finished."""
    cache = {}

    def require(path):
        if path not in cache:
            module = SimpleNamespace(exports=SimpleNamespace())
            files[path](module.exports, require, module)
            cache[path] = module
        return cache[path].exports

    require.cache = cache
    return require


def keeps_exports_only(files):
    """Believes that `exports` and `module.exports` are the same thing for ever."""
    cache = {}

    def require(path):
        if path not in cache:
            module = SimpleNamespace(exports=SimpleNamespace())
            cache[path] = module.exports
            try:
                files[path](module.exports, require, module)
            except BaseException:
                del cache[path]
                raise
        return cache[path]

    require.cache = cache
    return require


def keeps_the_failed(files):
    """Believes that a module that failed has been loaded, as an ES module has."""
    cache = {}

    def require(path):
        if path not in cache:
            module = cache[path] = SimpleNamespace(exports=SimpleNamespace())
            files[path](module.exports, require, module)
        return cache[path].exports

    require.cache = cache
    return require


# -- 04-4: a live binding


def namespace_of(scope, names):
    class Namespace:
        def __getattr__(self, name):
            if name not in names:
                raise AttributeError(name)
            if name not in scope:
                raise NameError(f"Cannot access '{name}' before initialization")
            return scope[name]

        def __setattr__(self, name, value):
            raise TypeError(f"Cannot assign to read only property '{name}'")

    return Namespace()


def copies_values(scope, names):
    """Believes that an import is a copy, as `from m import n` is in Python."""
    return namespace_of(dict(scope), names)


def no_dead_zone(scope, names):
    """Believes that what has no value yet is undefined, as in CommonJS."""

    class Namespace:
        def __getattr__(self, name):
            if name not in names:
                raise AttributeError(name)
            return scope.get(name)

        def __setattr__(self, name, value):
            raise TypeError(f"Cannot assign to read only property '{name}'")

    return Namespace()


def writes_through(scope, names):
    """Believes that live means in both directions."""

    class Namespace:
        def __getattr__(self, name):
            if name not in names:
                raise AttributeError(name)
            if name not in scope:
                raise NameError(f"Cannot access '{name}' before initialization")
            return scope[name]

        def __setattr__(self, name, value):
            scope[name] = value

    return Namespace()


def all_names(scope, names):
    """Believes that a module's variables are its exports, as in Python."""

    class Namespace:
        def __getattr__(self, name):
            if name in names and name not in scope:
                raise NameError(f"Cannot access '{name}' before initialization")
            if name not in scope:
                raise AttributeError(name)
            return scope[name]

        def __setattr__(self, name, value):
            raise TypeError(f"Cannot assign to read only property '{name}'")

    return Namespace()


# -- 04-5: the order of evaluation


def load_order(graph, entry):
    order, seen = [], set()

    def visit(name):
        if name in seen:
            return
        seen.add(name)
        for other in graph[name]:
            visit(other)
        order.append(name)

    visit(entry)
    return order


def by_the_first_line(graph, entry):
    """Believes that an import runs where it stands, as `require` does: whoever is reached first begins first."""
    order, seen = [], set()

    def visit(name):
        if name in seen:
            return
        seen.add(name)
        order.append(name)
        for other in graph[name]:
            visit(other)

    visit(entry)
    return order


def breadth_first(graph, entry):
    """Believes that the deepest level runs first, then the one above it."""
    order, level = [entry], [entry]
    while level:
        level = [other for name in level for other in graph[name] if other not in order]
        level = list(dict.fromkeys(level))
        order += level
    return order[::-1]


def first_asked_last(graph, entry):
    """Works with a stack that hands out the last import first."""
    order, seen = [], set()

    def visit(name):
        if name not in seen:
            seen.add(name)
            for other in reversed(graph[name]):
                visit(other)
            order.append(name)

    visit(entry)
    return order


def no_memory(graph, entry):
    """Believes that a module runs for each module that imports it, save in a circle."""

    def visit(name, above):
        inside = [one for other in graph[name] if other not in above for one in visit(other, {*above, other})]
        return [*inside, name]

    return visit(entry, {entry})


# -- 04-6: what a bundler may drop


def unused(modules, entry):
    reached, waiting = set(), [entry]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += modules[name]["imports"]
    kept = {(entry, export) for export in modules[entry]["exports"]}
    for name in reached:
        for other, names in modules[name]["imports"].items():
            wanted = modules[other]["exports"] if "*" in names else names
            kept |= {(other, export) for export in wanted}
    return sorted(
        (name, export) for name in modules for export in modules[name]["exports"] if (name, export) not in kept
    )


def star_is_a_name(modules, entry):
    """Believes that `import * as tools` uses only what is called by name later."""
    plain = {
        name: {
            "exports": module["exports"],
            "imports": {other: [one for one in names if one != "*"] for other, names in module["imports"].items()},
        }
        for name, module in modules.items()
    }
    return unused(plain, entry)


def everybody_counts(modules, entry):
    """Believes that any import keeps an export, also one in a module that is never loaded."""
    kept = {(entry, export) for export in modules[entry]["exports"]}
    for module in modules.values():
        for other, names in module["imports"].items():
            kept |= {(other, export) for export in (modules[other]["exports"] if "*" in names else names)}
    return sorted(
        (name, export) for name in modules for export in modules[name]["exports"] if (name, export) not in kept
    )


def forgets_the_entry(modules, entry):
    """Believes that nobody needs what the entry exports, since no module imports it."""
    return sorted({*unused(modules, entry), *((entry, export) for export in modules[entry]["exports"])})


def one_import_at_a_time(modules, entry):
    """Looks at what the entry imports, and no further."""
    kept = {(entry, export) for export in modules[entry]["exports"]}
    for other, names in modules[entry]["imports"].items():
        kept |= {(other, export) for export in (modules[other]["exports"] if "*" in names else names)}
    return sorted(
        (name, export) for name in modules for export in modules[name]["exports"] if (name, export) not in kept
    )
