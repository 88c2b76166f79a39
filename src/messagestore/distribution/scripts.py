"""The scripts of this package, with their values: names as :"name", and as text :'name'."""

from messagestore.distribution.cluster import sql


def fill(name: str, **values: str) -> str:
    """Return a script with its values, which are names from the catalog."""
    script = sql(name)
    for key, value in values.items():
        script = script.replace(f':"{key}"', f'"{value}"').replace(f":'{key}'", f"'{value}'")
    return script
