"""What the people of the world do: trades, companies, schools, and the vendors' words for where they stand."""

TRADES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("Software Engineer", "Backend Developer", "Data Engineer", "Platform Engineer", "Développeuse Web"),
        (
            "Python",
            "Django",
            "TypeScript",
            "PostgreSQL",
            "Kubernetes",
            "Go",
            "C++",
            "C#",
            "Terraform",
            "Airflow",
            "SQL",
        ),
    ),
    (
        ("Account Manager", "Sales Director", "Business Developer", "Key Account Manager", "Vertriebsleiter"),
        ("Negotiation", "Salesforce", "B2B", "Prospecting", "Forecasting", "Dutch", "French", "Presales"),
    ),
    (
        ("Financial Controller", "Accountant", "Treasury Analyst", "Auditor", "Contrôleur de gestion"),
        ("IFRS", "SAP", "Excel", "Consolidation", "Audit", "Power BI", "Forecasting", "Tax"),
    ),
    (
        ("Nurse", "Physiotherapist", "Care Coordinator", "Verpleegkundige", "Pharmacist"),
        ("Patient Care", "Triage", "First Aid", "Geriatrics", "Planning", "Pharmacology"),
    ),
    (
        ("Recruiter", "HR Business Partner", "Talent Sourcer", "Payroll Officer", "Chargée de recrutement"),
        ("Sourcing", "Interviewing", "Employment Law", "ATS", "Employer Branding", "Payroll", "Onboarding"),
    ),
)
GRADES = ("", "", "Junior ", "Senior ", "Lead ", "Head of ")
COMPANIES = tuple(
    f"{name}{form}"
    for name in (
        "Noorderlicht",
        "Société Générique",
        "Bäckerei Beispiel",
        "Acme",
        "Blue Heron",
        "Kestrel & Sons",
        "Zeewind",
    )
    for form in ("", " B.V.", " GmbH", " SA", " Ltd", " Group", " (interim)")
)
SCHOOLS = ("Universiteit van Voorbeeld", "École Exemplaire", "Technische Hochschule Muster", "Sample State University")
DIPLOMAS = ("Bachelor of Science", "Master of Engineering", "Licence", "Diplom", "MBA", "HBO", "PhD")
SUBJECTS = ("Computer Science", "Économie", "Betriebswirtschaft", "Nursing", "Law", "Bedrijfskunde", "Statistics")
SENTENCES = (
    "Experienced in small teams that deliver on time.",
    "Ervaren in complexe organisaties; houdt van korte lijnen en duidelijke afspraken.",
    "Passionnée par la qualité, la simplicité et le travail d'équipe.",
    "Verantwortlich für Planung, Budget und Qualität — von der Idee bis zum Betrieb.",
    "Led a migration that halved the monthly costs and doubled the number of releases.",
    "Looking for a role with room to grow, four days a week.\nAvailable from the first of next month.",
    "Certified, curious, and at home in “messy” data 🚀.",
    "Built the department from the ground up: hiring, onboarding, tooling and reporting.",
)
TAGS = ("hot", "referral", "newsletter", "to call", "boomerang", "VIP", "été 2025")
STATUSES = {
    "potential": "Potential Candidate",
    "waiting_for_intake": "Waiting for Intake",
    "intake_scheduled": "Intake Scheduled",
    "active_mediation": "Active Mediation",
    "latent_mediation": "Latent Mediation",
    "upcoming_employee": "Upcoming Employee",
    "employee": "Employee",
    "ex_employee": "Ex-employee",
    "do_not_contact": "Do Not Contact",
}
CONTACT_TYPES = ("candidate", "client", "lead", "partner")
STAGES = ("sourced", "applied", "screening", "submitted", "interview", "offer", "hired", "rejected", "withdrawn")
