"""Five records in a hundred are odd: the run is green, everybody is there, and each oddity has its reason."""

import json
import re
from collections import Counter, defaultdict

import pytest
from airflow import settings

from include.sandbox.scale import Scale
from tests.agreement import contents
from tests.dags.conftest import UNTIL
from tests.reading import KINDS, identity
from tests.secrecy import everything, people, told

REFRESH = {"leonar": "leonar_contacts_refresh", "recruitsome": "recruitsome_candidates_refresh"}
MANY = 6_000
ISSUES = """
    select record.remote_id, issue.field, issue.reason from ingest.issues issue
    join ingest.pages page on page.extraction_id = issue.extraction_id and page.pass = issue.pass
        and page.number = issue.page
    join ingest.records record on record.hash = page.records[issue.position]
"""
DATES = {f"{stays}[].{end}_date" for stays in ("experiences", "educations") for end in ("start", "end")}
FIELDS = {
    "leonar": {
        None: {"profile_id"},
        "impossible_dates": DATES,
        "text_for_list": {"skills", "experiences"},
        "text_for_object": {"current_job"},
        "number_for_text": {"first_name", "headline"},
        "list_of_anything": {"skills[]", "experiences[]"},
        "nul": {"first_name"},
        "surrogate": {"headline"},
    },
    "recruitsome": {
        None: {"id"},
        "month_date": {"created_at"},
        "impossible_date": {"updated_at"},
        # Without a country nobody knows in which one the numbers are to be read.
        "out_of_range": {"profile_completeness", "country_code", "mobile_phone", "fixed_phone"},
        "number_for_text": {"mobile_phone", "locality"},
        "text_for_object": {"status", "avatar"},
        "unknown_status": {"status.value"},
        "no_phone": {"mobile_phone", "fixed_phone"},
        "no_email": {"email", "linkedin_url"},
        "nul": {"last_name"},
        "surrogate": {"full_name"},
    },
}
"""What is at fault in each odd kind of record; in ``None``, that it has no identity. The other kinds have no fault."""


def texts(value):
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


class TestInSixThousand:
    @pytest.fixture
    def scale(self):
        return Scale(contacts=MANY, candidates=MANY, projects=2, users=2, days=20, until=UNTIL, odd=0.05, nameless=0.02)

    @pytest.mark.parametrize("source", REFRESH)
    def test_the_run_is_green_everybody_is_there_and_each_issue_has_its_reason(self, run, sandbox, sql, engine, source):
        done = run(REFRESH[source])
        assert done.state == "success", done.log[-3000:]
        assert set(done.tasks.values()) == {"success"}
        truths = sandbox.world()[KINDS[source]]
        odd = {identity(source, one): one["odd"] for one in truths if one["odd"]}
        assert len(odd) == MANY // 20
        nameless = sandbox.state.world.nameless[KINDS[source]]
        assert len(nameless) == MANY // 50
        known = {identity(source, one) for one in truths if one["index"] not in nameless}
        assert {id for (id,) in sql(f"select remote_id from recruiting.{KINDS[source]}")} == known

        fields, found = defaultdict(set), sql(ISSUES)
        for remote_id, field, reason in found:
            assert reason
            fields[remote_id and odd[remote_id]].add(re.sub(r"\d+", "", field))
        assert fields == FIELDS[source]
        asked = {"odd": [*odd]}
        bodies = sql("select body::text from ingest.records where remote_id is null or remote_id = any(:odd)", **asked)
        values = {value for (body,) in bodies for value in texts(json.loads(body))}
        said = {words for _, field, reason in found for words in (field, reason)}
        assert not values & said
        # Shorter ones are in the log anyway: "CTO", "2021", "-".
        assert not {value for value in values if len(value) > 4 and value in done.log}
        kept = everything(settings.engine)
        assert told(kept, {done.run_id})
        assert not told(kept, people(engine, KINDS[source], count=500))

        counts = Counter()
        for extraction in sql("select counts from ingest.extractions"):
            counts.update({name: extraction[0][name] for name in ("staged", "rejected", "issues")})
        assert counts["issues"] == len(found)
        assert counts["rejected"] == sum(remote_id is None for remote_id, _, _ in found) >= len(nameless)
        summed = re.search(r"^ *all .*", done.log, re.MULTILINE)
        assert summed
        assert {f"{number:,}" for number in counts.values()} <= set(summed[0].split())


class TestWithoutIdentity:
    @pytest.fixture
    def scale(self):
        return Scale(contacts=100, candidates=150, projects=1, users=2, days=20, until=UNTIL, odd=0.05)

    @pytest.mark.parametrize("source", REFRESH)
    def test_more_than_five_in_a_hundred_stop_the_slice_before_upsert(self, run, sandbox, sql, engine, source):
        run(REFRESH[source])
        before = contents(engine)
        plain = [one for one in sandbox.world()[KINDS[source]] if not one["odd"]]
        nobody = {"profile_id": None, "existing_contact_id": None, "id": " "}
        sandbox.change(KINDS[source], indices=[one["index"] for one in plain[: len(plain) // 10]], fields=nobody)
        done = run(REFRESH[source])
        assert done.state == "failed"
        states = Counter(re.sub(r"\[\d+\]", "", f"{task} {state}") for task, state in done.tasks.items())
        slices = len(sql("select from ingest.extractions")) // 2
        assert states["ingest.normalize failed"] == states["ingest.upsert upstream_failed"] == slices
        assert contents(engine) == before
        (said, *_) = re.findall(r"\[error *\] (.* records have no identity.*)", done.log)
        assert re.search(
            rf"\d+ of \d+ records have no identity \(connection {source}_default, \w+ [\w-]+, extraction \d+\)", said
        )
        assert "Look at ingest.issues for this extraction" in said
        assert sql("select count(*)::int from staging.records") == [(0,)]
        reasons = sql("select count(*)::int from ingest.issues where reason like '%identity%'")
        assert reasons[0][0] >= len(plain) // 10
