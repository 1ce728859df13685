"""The hooks of the sources, one file each; a source's hook is found by its name."""

from importlib import import_module

from plugins.hooks.api import ApiHook


def hook_of(source: str, conn_id: str) -> ApiHook:
    """The hook of a source, ``plugins.hooks.<source>.<Source>Hook``, for a connection."""
    return getattr(import_module(f"plugins.hooks.{source}"), f"{source.capitalize()}Hook")(conn_id)
