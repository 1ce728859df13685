"""Comments of the schema ``recruiting_anonymous``."""

_CONTACTS = {"contacts": "How many contacts, at least 5; smaller groups are left out."}
_CANDIDATES = {"candidates": "How many candidates, at least 5; smaller groups are left out."}

TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "recruiting_anonymous.contacts_by_place": (
        "How many contacts live where.",
        {**_CONTACTS, "region": "Region, state or area; null: not known."},
    ),
    "recruiting_anonymous.contacts_by_experience": (
        "How many contacts have worked for how long.",
        {
            **_CONTACTS,
            "years": "Years of work: 0-2, 2-5, 5-10, 10-20 or 20+, the first number inclusive; null: not known.",
            "has_linkedin": "Whether a LinkedIn profile is known.",
        },
    ),
    "recruiting_anonymous.contacts_by_skill": (
        "How many contacts have which skill; one with several skills counts in each.",
        {**_CONTACTS, "skill": "The skill, lower case."},
    ),
    "recruiting_anonymous.contacts_by_week": (
        "How many contacts became known to us in which week; when they were created, Leonar does not say.",
        {**_CONTACTS, "first_seen_week": "The Monday of the week, in UTC."},
    ),
    "recruiting_anonymous.candidates_by_place": ("How many candidates live in which country.", _CANDIDATES),
    "recruiting_anonymous.candidates_by_status": (
        "How many candidates are in which status.",
        {
            **_CANDIDATES,
            "status": "As in recruiting.candidates; null: not known.",
            "status_label": "The status in words, as the source shows it.",
        },
    ),
    "recruiting_anonymous.candidates_by_profile": (
        "How complete the profiles of candidates are, and how one can reach them.",
        {
            **_CANDIDATES,
            "profile_completeness": "Percent: 0-24, 25-49, 50-74, 75-99 or 100; null: not known.",
            "has_email": "Whether an e-mail address is known.",
            "has_phone": "Whether a mobile phone or a landline is known.",
            "has_linkedin": "Whether a LinkedIn profile is known.",
        },
    ),
    "recruiting_anonymous.candidates_by_week": (
        "How many candidates were created in which week.",
        {**_CANDIDATES, "created_week": "The Monday of the week, in UTC, as the source says; null: it does not."},
    ),
    "recruiting_anonymous.status_changes_by_week": (
        "How many candidates went from which status to which, and in which week we learned it.",
        {
            "week": "The Monday of the week, in UTC.",
            "status_from": "Status before; null: not known, or the first.",
            "status_to": "Status after; null: not known.",
            "candidates": "How many candidates, each once, at least 5; smaller groups are left out.",
        },
    ),
}
