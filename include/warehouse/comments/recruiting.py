"""Comments of the schema ``recruiting``; where a value comes from is said in the vendor's own field names."""

COLUMNS = {
    "tenant": "Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, "
    "leonar_default is tenant default.",
    "remote_id": "The record's identity at its source. Leonar: profile_id, else crm: and existing_contact_id. "
    "Recruitsome: id.",
    "contact_id": "The contact: recruiting.contacts.remote_id.",
    "candidate_id": "The candidate: recruiting.candidates.remote_id.",
    "position": "Place in the list of the record, from 1.",
    "remote_created_at": "When the record was created, as its source says; null: it does not say, and Leonar never "
    "does. Recruitsome: created_at.",
    "remote_updated_at": "When the record was last changed, as its source says; null: it does not say, and Leonar "
    "never does. Recruitsome: updated_at.",
    "first_seen_at": "When the row was inserted.",
    "changed_at": "When the row last changed, its tombstone included.",
    "remote_deleted_at": "Tombstone: when it was found to be gone from the source; null: it is there. Nothing is "
    "deleted.",
    "content_hash": "Hash of the normalized record, 128 bits in hex: as long as it is equal, nothing is written.",
    "extraction_id": "The extraction that last changed the row: ingest.extractions.id.",
    "valid_from": "When we learned this state, inclusive; not when it came true at the source.",
    "valid_to": "When we learned the next state, or that the record is gone, exclusive; null: it is the present state.",
    "record": "The normalized record: the columns of its table by name, moments and dates in ISO 8601, and under each "
    "child table's name the list of its rows.",
    "country_code": "ISO 3166-1 alpha-2, upper case; null: not told, or no such code.",
    "linkedin_url": "Address of the LinkedIn profile as given. From linkedin_url.",
    "linkedin_id": "The profile's canonical id: what follows /in/ in linkedin_url, decoded, lower case; null: none, "
    "or in doubt. Compare people by it.",
    "start_date": "First day; of a month or a year given alone, its first; null: not told, or impossible. From "
    "start_date.",
    "start_precision": "How much of start_date was given: day, month or year; null with the date.",
    "end_date": "Last day; of a month or a year given alone, its first; null: not told, impossible, or still going "
    "on. From end_date.",
    "end_precision": "How much of end_date was given: day, month or year; null with the date.",
    "full_name": "Whole name as given, else the parts joined. From full_name.",
}

_CANDIDATE = {
    "slug": "Identifier that the source uses in its addresses. From slug.",
    "first_name": "Given name. From first_name.",
    "middle_name": "Middle name or prefix, such as van der. From middle_name.",
    "last_name": "Family name without prefix. From last_name.",
    "email": "E-mail address, trimmed, lower case; null: none, or not an address. From email.",
    "mobile_phone": "Mobile phone as given, for display. From mobile_phone.",
    "mobile_phone_e164": "Mobile phone in E.164, without extension, read with country_code; null: none, or not a "
    "number.",
    "fixed_phone": "Landline as given, for display. From fixed_phone.",
    "fixed_phone_e164": "Landline in E.164, without extension, read with country_code; null: none, or not a number.",
    "status": "Status as the source codes it, such as potential or do_not_contact; the source may add new ones. From "
    "status.value.",
    "status_label": "The status in words, as the source shows it. From status.label.",
    "locality": "City or town as given. From locality.",
    "profile_completeness": "How complete the profile is, in percent, 0 to 100. From profile_completeness.",
    "avatar_small": "Address of the photo, small; null: no photo. From avatar.small.",
    "avatar_medium": "Address of the photo, medium; null: no photo. From avatar.medium.",
    "avatar_large": "Address of the photo, large; null: no photo. From avatar.large.",
}

_CONTACT = {
    "profile_id": "Id of the profile, like LinkedIn's; null: the contact is known by crm_contact_id alone. From "
    "profile_id.",
    "crm_contact_id": "Id of the contact in the CRM; null: not told so far, and once told it stays. From "
    "existing_contact_id.",
    "first_name": "Given name. From first_name.",
    "last_name": "Family name. From last_name.",
    "headline": "The line under the name, free text. From headline.",
    "summary": "What the person writes of themselves, free text. From summary.",
    "picture_url": "Address of the photo. From picture_url.",
    "location": "Place as given; city, region and country are read from it. From location.",
    "city": "City, where location says it for sure, else null.",
    "region": "Region, state or area, where location says it for sure, else null.",
    "country": "English name of the country, as ISO 3166 has it, where location says it for sure, else null.",
    "title": "Job title now. From current_job.title, else that of the first experience that goes on.",
    "company_name": "Employer now. From current_job.company_name, else that of the first experience that goes on.",
    "total_years_experience": "Years of work in all, 0 to 100, may be a fraction; null: not told. From "
    "total_years_experience.",
}

_STATE = {"extraction_id": "The extraction that brought this state: ingest.extractions.id."}
_LINKED = "The extraction that last changed the link: ingest.extractions.id; 0: older than this column."

TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "recruiting.contacts": ("The contacts of the Leonar CRM, one row each, the tombstoned ones included.", _CONTACT),
    "recruiting.contact_experiences": (
        "The jobs of a contact, in the order of the profile. From experiences[].",
        {
            "title": "Job title. From title.",
            "company_name": "Employer. From company_name.",
            "is_current": "Whether the job goes on; null: not told. From is_current.",
            "description": "What the job is about, free text. From description.",
        },
    ),
    "recruiting.contact_educations": (
        "The educations of a contact, in the order of the profile. From educations[].",
        {
            "institution": "School or university. From educational_establishment.",
            "degree": "Diploma. From diploma.",
            "field_of_study": "Subject. From specialization.",
        },
    ),
    "recruiting.contact_skills": (
        "The skills of a contact, in the order of the profile. From skills[].",
        {"name": "The skill as given; nothing unifies its spelling."},
    ),
    "recruiting.contact_projects": (
        "Which contacts are in which projects. A link that ends is deleted.",
        {
            "project_id": "The Leonar project, a UUID, under which already_in_project was true.",
            "extraction_id": _LINKED,
        },
    ),
    "recruiting.contacts_history": (
        "Every state of every contact that we knew, its experiences, educations and skills included, and when. "
        "Between a tombstone and a revival there is none. Ask recruiting.contacts_as_of(moment).",
        _STATE,
    ),
    "recruiting.candidates": (
        "The candidates of the Recruitsome ATS, one row each, the tombstoned ones included.",
        _CANDIDATE,
    ),
    "recruiting.candidate_users": (
        "Which candidates are in which users' repositories.",
        {
            "user_id": "The Recruitsome user, as GET /team lists them. From id.",
            "remote_deleted_at": "When the candidate was found to be gone from the user's repository; null: it is "
            "there.",
            "extraction_id": _LINKED,
        },
    ),
    "recruiting.candidates_history": (
        "Every state of every candidate that we knew, and when. Between a tombstone and a revival there is none. Ask "
        "recruiting.candidates_as_of(moment).",
        _STATE,
    ),
    "recruiting.contacts_as_of": (
        "The contacts as we knew them at a moment; who was tombstoned by then is not among them. Links to projects "
        "have no history. Name tenant and remote_id in where to have it by index.",
        {
            **_CONTACT,
            **_STATE,
            "experiences": "A JSON list of objects like the rows of recruiting.contact_experiences.",
            "educations": "A JSON list of objects like the rows of recruiting.contact_educations.",
            "skills": "A JSON list of objects like the rows of recruiting.contact_skills.",
        },
    ),
    "recruiting.candidates_as_of": (
        "The candidates as we knew them at a moment; who was tombstoned by then is not among them. Links to users "
        "have no history. Name tenant and remote_id in where to have it by index.",
        _CANDIDATE | _STATE,
    ),
    "recruiting.candidate_status_changes": (
        "When candidates went from one status to another, and with which status they came. A change while a candidate "
        "was gone from the source shows when it is back.",
        {
            "changed_at": "When we learned it; not when it happened at the source.",
            "status_from": "Status before; null: unknown, or the first.",
            "status_to": "Status after; null: unknown.",
            "label_from": "status_from in words, as the source showed it.",
            "label_to": "status_to in words, as the source showed it.",
            "is_first": "Whether it is the status with which the candidate became known.",
            "extraction_id": "The extraction that brought it: ingest.extractions.id.",
        },
    ),
}
