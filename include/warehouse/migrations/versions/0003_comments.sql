-- The text of include/warehouse/comments, as of this migration.

comment on schema recruiting is 'What readers query: contacts and candidates, typed and cleaned, and their history. Holds personal data.';
comment on schema recruiting_anonymous is 'Counts for dashboards, of at least 5 people each, without personal data.';
comment on schema ingest is 'How the data came: the ledger, the landed pages and records as the sources sent them, issues.';
comment on schema staging is 'Normalized records between the tasks normalize and upsert; transient.';

comment on table recruiting.contacts is 'The contacts of the Leonar CRM, one row each, the tombstoned ones included.';
comment on column recruiting.contacts.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.contacts.remote_id is 'The record''s identity at its source. Leonar: profile_id, else crm: and existing_contact_id. Recruitsome: id.';
comment on column recruiting.contacts.profile_id is 'Id of the profile, like LinkedIn''s; null: the contact is known by crm_contact_id alone. From profile_id.';
comment on column recruiting.contacts.crm_contact_id is 'Id of the contact in the CRM; null: not told so far, and once told it stays. From existing_contact_id.';
comment on column recruiting.contacts.first_name is 'Given name. From first_name.';
comment on column recruiting.contacts.last_name is 'Family name. From last_name.';
comment on column recruiting.contacts.full_name is 'Whole name as given, else the parts joined. From full_name.';
comment on column recruiting.contacts.headline is 'The line under the name, free text. From headline.';
comment on column recruiting.contacts.summary is 'What the person writes of themselves, free text. From summary.';
comment on column recruiting.contacts.picture_url is 'Address of the photo. From picture_url.';
comment on column recruiting.contacts.location is 'Place as given; city, region and country are read from it. From location.';
comment on column recruiting.contacts.city is 'City, where location says it for sure, else null.';
comment on column recruiting.contacts.region is 'Region, state or area, where location says it for sure, else null.';
comment on column recruiting.contacts.country is 'English name of the country, as ISO 3166 has it, where location says it for sure, else null.';
comment on column recruiting.contacts.country_code is 'ISO 3166-1 alpha-2, upper case; null: not told, or no such code.';
comment on column recruiting.contacts.linkedin_url is 'Address of the LinkedIn profile as given. From linkedin_url.';
comment on column recruiting.contacts.linkedin_id is 'The profile''s canonical id: what follows /in/ in linkedin_url, decoded, lower case; null: none, or in doubt. Compare people by it.';
comment on column recruiting.contacts.title is 'Job title now. From current_job.title, else that of the first experience that goes on.';
comment on column recruiting.contacts.company_name is 'Employer now. From current_job.company_name, else that of the first experience that goes on.';
comment on column recruiting.contacts.total_years_experience is 'Years of work in all, 0 to 100, may be a fraction; null: not told. From total_years_experience.';
comment on column recruiting.contacts.remote_created_at is 'When the record was created, as its source says; null: it does not say, and Leonar never does. Recruitsome: created_at.';
comment on column recruiting.contacts.remote_updated_at is 'When the record was last changed, as its source says; null: it does not say, and Leonar never does. Recruitsome: updated_at.';
comment on column recruiting.contacts.first_seen_at is 'When the row was inserted.';
comment on column recruiting.contacts.changed_at is 'When the row last changed, its tombstone included.';
comment on column recruiting.contacts.remote_deleted_at is 'Tombstone: when it was found to be gone from the source; null: it is there. Nothing is deleted.';
comment on column recruiting.contacts.content_hash is 'Hash of the normalized record, 128 bits in hex: as long as it is equal, nothing is written.';
comment on column recruiting.contacts.extraction_id is 'The extraction that last changed the row: ingest.extractions.id.';

comment on table recruiting.contact_experiences is 'The jobs of a contact, in the order of the profile. From experiences[].';
comment on column recruiting.contact_experiences.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.contact_experiences.contact_id is 'The contact: recruiting.contacts.remote_id.';
comment on column recruiting.contact_experiences.position is 'Place in the list of the record, from 1.';
comment on column recruiting.contact_experiences.title is 'Job title. From title.';
comment on column recruiting.contact_experiences.company_name is 'Employer. From company_name.';
comment on column recruiting.contact_experiences.start_date is 'First day; of a month or a year given alone, its first; null: not told, or impossible. From start_date.';
comment on column recruiting.contact_experiences.start_precision is 'How much of start_date was given: day, month or year; null with the date.';
comment on column recruiting.contact_experiences.end_date is 'Last day; of a month or a year given alone, its first; null: not told, impossible, or still going on. From end_date.';
comment on column recruiting.contact_experiences.end_precision is 'How much of end_date was given: day, month or year; null with the date.';
comment on column recruiting.contact_experiences.is_current is 'Whether the job goes on; null: not told. From is_current.';
comment on column recruiting.contact_experiences.description is 'What the job is about, free text. From description.';

comment on table recruiting.contact_educations is 'The educations of a contact, in the order of the profile. From educations[].';
comment on column recruiting.contact_educations.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.contact_educations.contact_id is 'The contact: recruiting.contacts.remote_id.';
comment on column recruiting.contact_educations.position is 'Place in the list of the record, from 1.';
comment on column recruiting.contact_educations.institution is 'School or university. From educational_establishment.';
comment on column recruiting.contact_educations.degree is 'Diploma. From diploma.';
comment on column recruiting.contact_educations.field_of_study is 'Subject. From specialization.';
comment on column recruiting.contact_educations.start_date is 'First day; of a month or a year given alone, its first; null: not told, or impossible. From start_date.';
comment on column recruiting.contact_educations.start_precision is 'How much of start_date was given: day, month or year; null with the date.';
comment on column recruiting.contact_educations.end_date is 'Last day; of a month or a year given alone, its first; null: not told, impossible, or still going on. From end_date.';
comment on column recruiting.contact_educations.end_precision is 'How much of end_date was given: day, month or year; null with the date.';

comment on table recruiting.contact_skills is 'The skills of a contact, in the order of the profile. From skills[].';
comment on column recruiting.contact_skills.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.contact_skills.contact_id is 'The contact: recruiting.contacts.remote_id.';
comment on column recruiting.contact_skills.position is 'Place in the list of the record, from 1.';
comment on column recruiting.contact_skills.name is 'The skill as given; nothing unifies its spelling.';

comment on table recruiting.contact_projects is 'Which contacts are in which projects. A link that ends is deleted.';
comment on column recruiting.contact_projects.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.contact_projects.contact_id is 'The contact: recruiting.contacts.remote_id.';
comment on column recruiting.contact_projects.project_id is 'The Leonar project, a UUID, under which already_in_project was true.';
comment on column recruiting.contact_projects.extraction_id is 'The extraction that last changed the link: ingest.extractions.id; 0: older than this column.';

comment on table recruiting.contacts_history is 'Every state of every contact that we knew, its experiences, educations and skills included, and when. Between a tombstone and a revival there is none. Ask recruiting.contacts_as_of(moment).';
comment on column recruiting.contacts_history.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.contacts_history.remote_id is 'The record''s identity at its source. Leonar: profile_id, else crm: and existing_contact_id. Recruitsome: id.';
comment on column recruiting.contacts_history.valid_from is 'When we learned this state, inclusive; not when it came true at the source.';
comment on column recruiting.contacts_history.valid_to is 'When we learned the next state, or that the record is gone, exclusive; null: it is the present state.';
comment on column recruiting.contacts_history.record is 'The normalized record: the columns of its table by name, moments and dates in ISO 8601, and under each child table''s name the list of its rows.';
comment on column recruiting.contacts_history.extraction_id is 'The extraction that brought this state: ingest.extractions.id.';

comment on table recruiting.candidates is 'The candidates of the Recruitsome ATS, one row each, the tombstoned ones included.';
comment on column recruiting.candidates.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.candidates.remote_id is 'The record''s identity at its source. Leonar: profile_id, else crm: and existing_contact_id. Recruitsome: id.';
comment on column recruiting.candidates.slug is 'Identifier that the source uses in its addresses. From slug.';
comment on column recruiting.candidates.first_name is 'Given name. From first_name.';
comment on column recruiting.candidates.middle_name is 'Middle name or prefix, such as van der. From middle_name.';
comment on column recruiting.candidates.last_name is 'Family name without prefix. From last_name.';
comment on column recruiting.candidates.full_name is 'Whole name as given, else the parts joined. From full_name.';
comment on column recruiting.candidates.email is 'E-mail address, trimmed, lower case; null: none, or not an address. From email.';
comment on column recruiting.candidates.mobile_phone is 'Mobile phone as given, for display. From mobile_phone.';
comment on column recruiting.candidates.mobile_phone_e164 is 'Mobile phone in E.164, without extension, read with country_code; null: none, or not a number.';
comment on column recruiting.candidates.fixed_phone is 'Landline as given, for display. From fixed_phone.';
comment on column recruiting.candidates.fixed_phone_e164 is 'Landline in E.164, without extension, read with country_code; null: none, or not a number.';
comment on column recruiting.candidates.status is 'Status as the source codes it, such as potential or do_not_contact; the source may add new ones. From status.value.';
comment on column recruiting.candidates.status_label is 'The status in words, as the source shows it. From status.label.';
comment on column recruiting.candidates.locality is 'City or town as given. From locality.';
comment on column recruiting.candidates.country_code is 'ISO 3166-1 alpha-2, upper case; null: not told, or no such code.';
comment on column recruiting.candidates.linkedin_url is 'Address of the LinkedIn profile as given. From linkedin_url.';
comment on column recruiting.candidates.linkedin_id is 'The profile''s canonical id: what follows /in/ in linkedin_url, decoded, lower case; null: none, or in doubt. Compare people by it.';
comment on column recruiting.candidates.profile_completeness is 'How complete the profile is, in percent, 0 to 100. From profile_completeness.';
comment on column recruiting.candidates.avatar_small is 'Address of the photo, small; null: no photo. From avatar.small.';
comment on column recruiting.candidates.avatar_medium is 'Address of the photo, medium; null: no photo. From avatar.medium.';
comment on column recruiting.candidates.avatar_large is 'Address of the photo, large; null: no photo. From avatar.large.';
comment on column recruiting.candidates.remote_created_at is 'When the record was created, as its source says; null: it does not say, and Leonar never does. Recruitsome: created_at.';
comment on column recruiting.candidates.remote_updated_at is 'When the record was last changed, as its source says; null: it does not say, and Leonar never does. Recruitsome: updated_at.';
comment on column recruiting.candidates.first_seen_at is 'When the row was inserted.';
comment on column recruiting.candidates.changed_at is 'When the row last changed, its tombstone included.';
comment on column recruiting.candidates.remote_deleted_at is 'Tombstone: when it was found to be gone from the source; null: it is there. Nothing is deleted.';
comment on column recruiting.candidates.content_hash is 'Hash of the normalized record, 128 bits in hex: as long as it is equal, nothing is written.';
comment on column recruiting.candidates.extraction_id is 'The extraction that last changed the row: ingest.extractions.id.';

comment on table recruiting.candidate_users is 'Which candidates are in which users'' repositories.';
comment on column recruiting.candidate_users.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.candidate_users.candidate_id is 'The candidate: recruiting.candidates.remote_id.';
comment on column recruiting.candidate_users.user_id is 'The Recruitsome user, as GET /team lists them. From id.';
comment on column recruiting.candidate_users.remote_deleted_at is 'When the candidate was found to be gone from the user''s repository; null: it is there.';
comment on column recruiting.candidate_users.extraction_id is 'The extraction that last changed the link: ingest.extractions.id; 0: older than this column.';

comment on table recruiting.candidates_history is 'Every state of every candidate that we knew, and when. Between a tombstone and a revival there is none. Ask recruiting.candidates_as_of(moment).';
comment on column recruiting.candidates_history.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.candidates_history.remote_id is 'The record''s identity at its source. Leonar: profile_id, else crm: and existing_contact_id. Recruitsome: id.';
comment on column recruiting.candidates_history.valid_from is 'When we learned this state, inclusive; not when it came true at the source.';
comment on column recruiting.candidates_history.valid_to is 'When we learned the next state, or that the record is gone, exclusive; null: it is the present state.';
comment on column recruiting.candidates_history.record is 'The normalized record: the columns of its table by name, moments and dates in ISO 8601, and under each child table''s name the list of its rows.';
comment on column recruiting.candidates_history.extraction_id is 'The extraction that brought this state: ingest.extractions.id.';

comment on table ingest.extractions is 'The ledger: every reading of a slice, one owner and one window. A retry goes on with the same row.';
comment on column ingest.extractions.id is 'Counts up in the order in which extractions began.';
comment on column ingest.extractions.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column ingest.extractions.source is 'The system: leonar or recruitsome.';
comment on column ingest.extractions.owner is 'The id under which one reads: of a project at Leonar, of a user at Recruitsome.';
comment on column ingest.extractions.dag_id is 'The DAG.';
comment on column ingest.extractions.run_id is 'Its run.';
comment on column ingest.extractions.map_index is 'The mapped task of the run, from 0.';
comment on column ingest.extractions.slice is 'What was to be read, as JSON: owner, scope, window, filters, strategy.';
comment on column ingest.extractions.started_at is 'When its first try began.';
comment on column ingest.extractions.completed_at is 'When the last page had landed; null: not yet.';
comment on column ingest.extractions.verdict is 'complete: proven to hold all; partial: its records are merged, it proves no deletion; null: not yet.';
comment on column ingest.extractions.reason is 'Why it is partial; null: it is not.';
comment on column ingest.extractions.reported_total is 'How many records the source said there are; null: it did not say.';
comment on column ingest.extractions.counts is 'What each task counted, by name: pages, records, staged, rejected, issues, inserted, updated and so on.';
comment on column ingest.extractions.drift is 'How many records differed from what the vendor documents, by path: unknown, missing, changed, empty fields and issues; {}: none, or not counted.';

comment on table ingest.pages is 'The landed pages: the checkpoint from which an extraction goes on.';
comment on column ingest.pages.extraction_id is 'The extraction that read it.';
comment on column ingest.pages.pass is 'Which reading of the page, from 1; pages that records may have moved on are read again.';
comment on column ingest.pages.number is 'Number of the page, from 1.';
comment on column ingest.pages.read_at is 'When it landed.';
comment on column ingest.pages.last is 'Whether the answer said that no page follows.';
comment on column ingest.pages.totals is 'Every number of matches that the answer told, best guess first.';
comment on column ingest.pages.records is 'The records on it, in its order: ingest.records.hash.';

comment on table ingest.records is 'The landed records as they came, each content once a tenant. Holds personal data.';
comment on column ingest.records.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column ingest.records.source is 'The system: leonar or recruitsome.';
comment on column ingest.records.hash is 'Hash of the body, 128 bits.';
comment on column ingest.records.remote_id is 'The record''s identity; null: it has none, and was rejected.';
comment on column ingest.records.body is 'The record, as json and not jsonb: it may hold NUL characters and lone surrogates.';
comment on column ingest.records.landed_at is 'When it first came.';

comment on table ingest.issues is 'Fields that could not be taken as they came: in the row they are null or mended, or the record was rejected.';
comment on column ingest.issues.extraction_id is 'The extraction whose record it is.';
comment on column ingest.issues.pass is 'Which reading of the page, from 1; pages that records may have moved on are read again.';
comment on column ingest.issues.page is 'The page: ingest.pages.number.';
comment on column ingest.issues.position is 'Place of the record on the page, from 1.';
comment on column ingest.issues.field is 'The vendor''s field that could not be taken as it came, as a path such as experiences[3].title.';
comment on column ingest.issues.reason is 'Why not, in words; never the value.';

comment on table ingest.owners is 'Every project and user ever seen: one that the source no longer lists is still read.';
comment on column ingest.owners.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column ingest.owners.source is 'The system: leonar or recruitsome.';
comment on column ingest.owners.owner is 'The id under which one reads: of a project at Leonar, of a user at Recruitsome.';
comment on column ingest.owners.first_seen_at is 'When it was first listed.';

comment on table ingest.ended_links is 'Links of contacts to projects that ended and left no row: an older extraction does not bring them back.';
comment on column ingest.ended_links.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column ingest.ended_links.source is 'The system: leonar or recruitsome.';
comment on column ingest.ended_links.remote_id is 'The record''s identity at its source. Leonar: profile_id, else crm: and existing_contact_id. Recruitsome: id.';
comment on column ingest.ended_links.owner is 'The id under which one reads: of a project at Leonar, of a user at Recruitsome.';
comment on column ingest.ended_links.extraction_id is 'The extraction that ended it.';

comment on table staging.records is 'The normalized records of an extraction until they are merged. Unlogged: a crash of Postgres empties it, and normalize fills it again.';
comment on column staging.records.extraction_id is 'The extraction that landed it.';
comment on column staging.records.remote_id is 'The record''s identity at its source. Leonar: profile_id, else crm: and existing_contact_id. Recruitsome: id.';
comment on column staging.records.content_hash is 'As in recruiting: hash of the normalized record.';
comment on column staging.records.linked is 'Whether the record belongs to the owner that was read; null: it does not say.';
comment on column staging.records.record is 'As in the history: the normalized record.';

comment on function recruiting.contacts_as_of(timestamptz) is 'The contacts as we knew them at a moment; who was tombstoned by then is not among them. Links to projects have no history. Name tenant and remote_id in where to have it by index.';

comment on function recruiting.candidates_as_of(timestamptz) is 'The candidates as we knew them at a moment; who was tombstoned by then is not among them. Links to users have no history. Name tenant and remote_id in where to have it by index.';

comment on view recruiting.candidate_status_changes is 'When candidates went from one status to another, and with which status they came. A change while a candidate was gone from the source shows when it is back.';
comment on column recruiting.candidate_status_changes.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting.candidate_status_changes.candidate_id is 'The candidate: recruiting.candidates.remote_id.';
comment on column recruiting.candidate_status_changes.changed_at is 'When we learned it; not when it happened at the source.';
comment on column recruiting.candidate_status_changes.status_from is 'Status before; null: unknown, or the first.';
comment on column recruiting.candidate_status_changes.status_to is 'Status after; null: unknown.';
comment on column recruiting.candidate_status_changes.label_from is 'status_from in words, as the source showed it.';
comment on column recruiting.candidate_status_changes.label_to is 'status_to in words, as the source showed it.';
comment on column recruiting.candidate_status_changes.is_first is 'Whether it is the status with which the candidate became known.';
comment on column recruiting.candidate_status_changes.extraction_id is 'The extraction that brought it: ingest.extractions.id.';

comment on view recruiting_anonymous.contacts_by_place is 'How many contacts live where.';
comment on column recruiting_anonymous.contacts_by_place.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.contacts_by_place.country_code is 'ISO 3166-1 alpha-2, upper case; null: not told, or no such code.';
comment on column recruiting_anonymous.contacts_by_place.region is 'Region, state or area; null: not known.';
comment on column recruiting_anonymous.contacts_by_place.contacts is 'How many contacts, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.contacts_by_experience is 'How many contacts have worked for how long.';
comment on column recruiting_anonymous.contacts_by_experience.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.contacts_by_experience.years is 'Years of work: 0-2, 2-5, 5-10, 10-20 or 20+, the first number inclusive; null: not known.';
comment on column recruiting_anonymous.contacts_by_experience.has_linkedin is 'Whether a LinkedIn profile is known.';
comment on column recruiting_anonymous.contacts_by_experience.contacts is 'How many contacts, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.contacts_by_skill is 'How many contacts have which skill; one with several skills counts in each.';
comment on column recruiting_anonymous.contacts_by_skill.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.contacts_by_skill.skill is 'The skill, lower case.';
comment on column recruiting_anonymous.contacts_by_skill.contacts is 'How many contacts, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.contacts_by_week is 'How many contacts became known to us in which week; when they were created, Leonar does not say.';
comment on column recruiting_anonymous.contacts_by_week.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.contacts_by_week.first_seen_week is 'The Monday of the week, in UTC.';
comment on column recruiting_anonymous.contacts_by_week.contacts is 'How many contacts, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.candidates_by_place is 'How many candidates live in which country.';
comment on column recruiting_anonymous.candidates_by_place.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.candidates_by_place.country_code is 'ISO 3166-1 alpha-2, upper case; null: not told, or no such code.';
comment on column recruiting_anonymous.candidates_by_place.candidates is 'How many candidates, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.candidates_by_status is 'How many candidates are in which status.';
comment on column recruiting_anonymous.candidates_by_status.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.candidates_by_status.status is 'As in recruiting.candidates; null: not known.';
comment on column recruiting_anonymous.candidates_by_status.status_label is 'The status in words, as the source shows it.';
comment on column recruiting_anonymous.candidates_by_status.candidates is 'How many candidates, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.candidates_by_profile is 'How complete the profiles of candidates are, and how one can reach them.';
comment on column recruiting_anonymous.candidates_by_profile.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.candidates_by_profile.profile_completeness is 'Percent: 0-24, 25-49, 50-74, 75-99 or 100; null: not known.';
comment on column recruiting_anonymous.candidates_by_profile.has_email is 'Whether an e-mail address is known.';
comment on column recruiting_anonymous.candidates_by_profile.has_phone is 'Whether a mobile phone or a landline is known.';
comment on column recruiting_anonymous.candidates_by_profile.has_linkedin is 'Whether a LinkedIn profile is known.';
comment on column recruiting_anonymous.candidates_by_profile.candidates is 'How many candidates, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.candidates_by_week is 'How many candidates were created in which week.';
comment on column recruiting_anonymous.candidates_by_week.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.candidates_by_week.created_week is 'The Monday of the week, in UTC, as the source says; null: it does not.';
comment on column recruiting_anonymous.candidates_by_week.candidates is 'How many candidates, at least 5; smaller groups are left out.';

comment on view recruiting_anonymous.status_changes_by_week is 'How many candidates went from which status to which, and in which week we learned it.';
comment on column recruiting_anonymous.status_changes_by_week.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column recruiting_anonymous.status_changes_by_week.week is 'The Monday of the week, in UTC.';
comment on column recruiting_anonymous.status_changes_by_week.status_from is 'Status before; null: not known, or the first.';
comment on column recruiting_anonymous.status_changes_by_week.status_to is 'Status after; null: not known.';
comment on column recruiting_anonymous.status_changes_by_week.candidates is 'How many candidates, each once, at least 5; smaller groups are left out.';

comment on view ingest.issues_with_records is 'Every issue with the record as it landed and where it came from. Holds personal data; for those who may see it.';
comment on column ingest.issues_with_records.extraction_id is 'The extraction whose record it is.';
comment on column ingest.issues_with_records.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column ingest.issues_with_records.source is 'The system: leonar or recruitsome.';
comment on column ingest.issues_with_records.owner is 'The id under which one reads: of a project at Leonar, of a user at Recruitsome.';
comment on column ingest.issues_with_records.dag_id is 'The DAG.';
comment on column ingest.issues_with_records.run_id is 'Its run.';
comment on column ingest.issues_with_records.map_index is 'The mapped task of the run, from 0.';
comment on column ingest.issues_with_records.read_at is 'When the page landed; null: the page is no longer kept.';
comment on column ingest.issues_with_records.pass is 'Which reading of the page, from 1; pages that records may have moved on are read again.';
comment on column ingest.issues_with_records.page is 'The page: ingest.pages.number.';
comment on column ingest.issues_with_records.position is 'Place of the record on the page, from 1.';
comment on column ingest.issues_with_records.remote_id is 'The record''s identity; null: it has none, or is no longer kept.';
comment on column ingest.issues_with_records.rejected is 'Whether the record has no identity, and became no row; null: it is no longer kept.';
comment on column ingest.issues_with_records.field is 'The vendor''s field that could not be taken as it came, as a path such as experiences[3].title.';
comment on column ingest.issues_with_records.reason is 'Why not, in words; never the value.';
comment on column ingest.issues_with_records.body is 'The record as it landed; null: it is no longer kept.';

comment on function ingest.grant_access() is 'Makes the roles recruiting_reader, recruiting_loader and recruiting_anonymous where it may, and grants them what they are for. Answers the roles that are missing. Can be called again at any time by the owner of the tables.';

comment on table ingest.alembic_version is 'Which migration the database is at.';
comment on column ingest.alembic_version.version_num is 'The last migration that was applied.';
