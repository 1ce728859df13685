"""The hook of the Leonar CRM."""

from include.sources import SOURCES
from plugins.hooks.tested import TestedHook


class LeonarHook(TestedHook):
    """
    Read the contacts and the projects of a Leonar workspace.

    :param conn_id: connection of type ``leonar``
    """

    source = SOURCES["leonar"]
    conn_type = "leonar"
    hook_name = "Leonar"
    default_conn_name = "leonar_default"
