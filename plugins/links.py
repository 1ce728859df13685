"""Addresses in Airflow's UI, and the button that leads from a task to the status page."""

from typing import Any

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf


def ui(path: str) -> str:
    """
    The address of a page of the UI, at ``[api] base_url``.

    :param path: without a leading slash
    """
    base = conf.get("api", "base_url", fallback=None) or "http://localhost:8080"
    return f"{base.rstrip('/')}/{path}"


class StatusPageLink(BaseOperatorLink):
    """The status page, as a button on the page of a task."""

    name = "Recruiting status"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Its address, whichever the task is."""
        return ui("plugin/recruiting")
