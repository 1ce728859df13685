"""Airflow's own API server, in this process."""

from types import SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def api():
    """Airflow's API server: an anonymous client, clients by role, and one behind a proxy that adds a prefix."""
    from airflow.api_fastapi.app import create_app, get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.utils import db
    from fastapi.testclient import TestClient

    db.initdb()
    app = create_app(apps="core")

    def client(role, **more):
        token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=role, role=role))
        return TestClient(app, headers={"Authorization": f"Bearer {token}"}, **more)

    roles = {role: client(role) for role in ("viewer", "admin")}
    return SimpleNamespace(anonymous=TestClient(app), prefixed=client("viewer", root_path="/airflow"), **roles)
