"""The replay DAGs: landed records through today's code, without one request."""

import pytest
from sqlalchemy import text

TABLES = {"leonar": "contacts", "recruitsome": "candidates"}
FIELD = {"contacts": "headline", "candidates": "locality"}


def dag_ids(source):
    return f"{source}_{TABLES[source]}_refresh", f"{source}_{TABLES[source]}_replay"


@pytest.fixture
def rows(sql):
    """What a source's rows hold of the field that a fix concerns."""

    def rows(source):
        table = TABLES[source]
        return dict(sql(f"select remote_id, {FIELD[table]} from recruiting.{table}"))

    return rows


@pytest.fixture
def spoil(engine):
    """Leaves rows as an older version would have, which did not know how to read the field."""

    def spoil(source, keys):
        table = TABLES[source]
        old = f"update recruiting.{table} set {FIELD[table]} = null, content_hash = 'old' where remote_id = any(:keys)"
        with engine.begin() as conn:
            assert conn.execute(text(old), {"keys": keys}).rowcount == len(keys)

    return spoil


@pytest.mark.parametrize("source", TABLES)
def test_after_a_fix_the_rows_that_it_concerns_change_and_no_others(run, sandbox, sql, tuples, rows, spoil, source):
    refresh, replay = dag_ids(source)
    assert run(refresh).state == "success"
    right, table = rows(source), TABLES[source]
    spoil(source, spoiled := [key for key, value in right.items() if value][:7])
    sandbox.forget()
    done = run(replay)
    assert done.state == "success", done.log[-3000:]
    assert rows(source) == right
    changed = sql(f"select remote_id from recruiting.{table}_history where valid_to is not null")
    assert {key for (key,) in changed} == set(spoiled)
    before = tuples()
    assert run(replay).state == "success"
    assert tuples() == before
    assert sandbox.requests() == []


def test_a_replay_of_an_older_extraction_leaves_what_is_newer(run, sandbox, sql, rows, spoil, tuples):
    refresh, replay = dag_ids("recruitsome")
    assert run(refresh).state == "success"
    older = [id for (id,) in sql("select id from ingest.extractions order by 1")]
    changed = [one["index"] for one in sandbox.world()["candidates"] if one["live"] and not one["odd"]][:20]
    sandbox.change("candidates", indices=changed)
    sandbox.delete("candidates", 5)
    assert run(refresh).state == "success"
    right, before = rows("recruitsome"), tuples()
    gone = sql("select remote_id from recruiting.candidates where remote_deleted_at is not null order by 1")
    links = "select * from recruiting.candidate_users order by 1, 2, 3"
    ended = sql(links)
    assert run(replay, extraction_ids=older).state == "success"
    assert rows("recruitsome") == right
    assert len(gone) == 5
    assert sql("select remote_id from recruiting.candidates where remote_deleted_at is not null order by 1") == gone
    assert sql(links) == ended
    assert tuples() == before


def test_all_that_is_landed_is_replayed_or_what_the_form_names(run, sql):
    refresh, replay = dag_ids("leonar")
    for _ in range(2):
        assert run(refresh).state == "success"
    first, second = (id for (id,) in sql("select id from ingest.extractions order by 1"))
    counted = "select id from ingest.extractions where (counts ->> 'unchanged')::int = (counts ->> 'staged')::int"
    assert sql(counted) == [(second,)]
    assert run(replay, extraction_ids=[second], read_from="2020-01-01").state == "success"
    assert sql(counted) == [(second,)]
    assert run(replay).state == "success"
    assert sql(f"{counted} order by 1") == [(first,), (second,)]


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        ({"extraction_ids": [7, 8]}, "the extractions 7, 8 cannot be replayed"),
        ({}, "nothing is landed that could be replayed"),
        ({"read_from": "2026-13-45"}, "the param read_from is not a date"),
        ({"extractions": [1]}, "the DAG has no param extractions"),
    ],
)
def test_what_cannot_be_replayed_is_said_and_what_to_do(run, conf, said):
    done = run("leonar_contacts_replay", **conf)
    assert done.state == "failed"
    assert said in done.log
    assert done.tasks["plan"] == "failed"
