"""How German speaks of a district: its full name, "in ...", genitive and nominative."""


def genitive(name: str) -> str:
    """Genitive of a name without article: Hamburgs, Neuss’."""
    return f"{name}’" if name.endswith(("s", "ß", "x", "z")) else f"{name}s"


def district_forms(name: str, kind: str) -> tuple[str, str, str, str]:
    """(full name, in ..., genitive, nominative) of a district from its official name and kind.

    >>> district_forms("Mettmann", "Kreis")
    ('Kreis Mettmann', 'im Kreis Mettmann', 'des Kreises Mettmann', 'der Kreis Mettmann')
    >>> district_forms("Oberbergischer Kreis", "Kreis")[1:3]
    ('im Oberbergischen Kreis', 'des Oberbergischen Kreises')
    >>> district_forms("Flensburg, Stadt", "Kreisfreie Stadt")[1]
    'in Flensburg'
    """
    name = name.split(",")[0].strip()
    if kind not in ("Kreis", "Landkreis"):
        return name, f"in {name}", genitive(name), name
    if name.startswith(("Städteregion", "Region ")):
        return name, f"in der {name}", f"der {name}", f"die {name}"
    if name.startswith("Regionalverband"):
        return name, f"im {name}", f"des {_strong(name)}", f"der {name}"
    full = name if "kreis" in name.lower() else f"{kind} {name}"
    return full, f"im {_weak(full)}", f"des {_strong(full)}", f"der {_after_der(full)}"


def _weak(name: str) -> str:
    """After "im" the adjective takes -en: im Märkischen Kreis."""
    first, _, rest = name.partition(" ")
    return f"{first.removesuffix('er')}en {rest}" if first.endswith("ischer") else name


def _after_der(name: str) -> str:
    """After "der" the adjective takes -e: der Märkische Kreis."""
    first, _, rest = name.partition(" ")
    return f"{first.removesuffix('r')} {rest}" if first.endswith("ischer") else name


def _strong(name: str) -> str:
    """Genitive of the noun that says what it is: Kreises, Rhein-Kreises Neuss, Regionalverbands Saarbrücken."""
    words = _weak(name).split(" ")
    for index, word in enumerate(words):
        if word.lower().endswith("kreis"):
            words[index] = f"{word}es"
            break
        if word.endswith("verband"):
            words[index] = f"{word}s"
            break
    return " ".join(words)
