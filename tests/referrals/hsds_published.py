"""Documents in the shape of the examples that Open Referral publishes with HSDS 3.1 (github.com/openreferral/
specification, `examples/`, and the schedule of the field guidance): the same members in the same places, of the same
types, but all that is said is said here. What is odd about them is odd here too: a location stands both where the
service is and with its organisation, and the same telephone in eight places.
"""

from tests.referrals.hsds import Json

_LANGUAGE: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a01",
    "name": "Urdu",
    "code": "ur",
    "note": "Halina taler urdu om onsdagen.",
}
_PHONE: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a02",
    "number": '"+45 55 55 01 01"',
    "extension": 12,
    "type": "voice",
    "description": "Ring mellem 9 og 15.",
    "languages": [_LANGUAGE],
}
_SCHEDULE: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a03",
    **dict.fromkeys(("valid_from", "valid_to", "dtstart", "until"), "2026-01-05"),
    "timezone": 1,
    "count": 3,
    "wkst": "MO",
    "freq": "WEEKLY",
    "interval": 1,
    "byday": "TU,WE",
    "byweekno": "2,3",
    "bymonthday": "5,6",
    "byyearday": "5,6",
    "description": "Åben rådgivning tirsdag og onsdag.",
    "opens_at": "09:00:00",
    "closes_at": "15:00:00",
    "schedule_link": "https://example.org/tider",
    "attending_type": "Her eller på telefon.",
    "notes": "Lukket i frokosten.",
}
_CONTACT: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a04",
    "name": "En Prøveperson",
    "title": "Koordinator",
    "department": "Modtagelsen",
    "email": "modtagelsen@example.org",
    "phones": [_PHONE],
}
_LOCATION: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a05",
    "location_type": "physical",
    "url": "https://example.org/huset",
    "name": "Det gule hus",
    "alternate_name": "Huset",
    "description": "Stuen og første sal.",
    "transportation": "Bus 101A til døren.",
    "latitude": 100,
    "longitude": 101,
    "external_identifier": "0a3f50a0-23c9-32b8-e044-0003ba298018",
    "external_identifier_type": "DAR",
    "languages": [_LANGUAGE],
    "addresses": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a06",
            "attention": "Modtagelsen",
            "address_1": "Algade 7",
            "address_2": "1. sal",
            "city": "Køge",
            "region": "Østsjælland",
            "state_province": "Sjælland",
            "postal_code": "4600",
            "country": "DK",
            "address_type": "postal",
        }
    ],
    "contacts": [_CONTACT],
    "accessibility": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a07",
            "description": "Teleslynge i alle rum.",
            "details": "Sæt høreapparatet på T.",
            "url": "https://example.org/adgang",
        }
    ],
    "phones": [_PHONE],
    "schedules": [_SCHEDULE],
}
_PROGRAM: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a08",
    "name": "Fri af gæld",
    "alternate_name": "Gældsprogrammet",
    "description": "Samtaler, budget og brev til kreditorerne.",
}
_FUNDING: Json = {"id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a09", "source": "Kommunen og en fond."}
_URL: Json = {"id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a10", "label": "Hjemmeside", "url": "https://example.org"}
_ORGANISATION: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a11",
    "name": "Åkandehuset",
    "alternate_name": "Åkanden",
    "description": "Et rådgivningshus.",
    "email": "post@example.org",
    "website": "https://example.org",
    "tax_status": "almennyttig",
    "year_incorporated": 1998,
    "legal_status": "Forening",
    "logo": "https://example.org/logo.png",
    "uri": "https://example.org/id/aakande",
    "parent_organization_id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a12",
}
_PLAIN: Json = {
    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a13",
    "name": "Gældsrådgivning",
    "alternate_name": "Råd om gæld",
    "description": "Vi hjælper dig med at få overblik. ",
    "url": "https://example.org/gaeld",
    "email": "gaeld@example.org",
    "status": "active",
    "interpretation_services": "Tolk efter aftale.",
    "application_process": "Ring eller kom forbi.",
    "fees_description": "Det koster 0 kr. (£0).",
    "wait_time": "14 dage",
    "fees": "ingen",
    "accreditations": "Ingen.",
    "eligibility_description": "Alle over 18 år.",
    "minimum_age": 18,
    "maximum_age": 100,
    "assured_date": "2026-01-05",
    "assurer_email": "tilsyn@example.org",
    "licenses": "ingen",
    "alert": "Lukket mellem jul og nytår.",
}
_MODIFIED: Json = {"last_modified": "2026-01-05T10:30:45.123Z"}
_MORE: Json = {
    "phones": [_PHONE],
    "service_areas": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a14",
            "name": "Hele kommunen",
            "description": "Alle postnumre i Køge.",
            "extent": "omrids",
            "extent_type": "geojson",
            "uri": "https://example.org/omraade",
        }
    ],
    "languages": [_LANGUAGE],
    "funding": [_FUNDING],
    "cost_options": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a15",
            "valid_from": "2026-01-01",
            "valid_to": "2026-12-31",
            "option": "Over 60 år",
            "currency": "dkk",
            "amount": 35,
            "amount_description": "for et kursus",
        }
    ],
    "program": _PROGRAM,
    "required_documents": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a16",
            "document": "Det, du har fra dine kreditorer.",
            "uri": "https://example.org/papirer",
        }
    ],
    "contacts": [_CONTACT],
    "attributes": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a17",
            "link_type": "emne",
            "link_entity": "service",
            "value": "gæld",
            "taxonomy_term": {
                "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a18",
                "code": "G",
                "name": "gæld",
                "description": "Gæld og økonomi.",
                "parent_id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a19",
                "taxonomy": "emner",
                "taxonomy_detail": {
                    "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a20",
                    "name": "emner",
                    "description": "Husets emner.",
                    "uri": "https://example.org/emner",
                    "version": "1",
                },
                "language": "dan",
                "term_uri": "https://example.org/emner/g",
            },
        }
    ],
    "metadata": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a21",
            "resource_type": "location",
            "last_action_date": "2026-01-05",
            "last_action_type": "update",
            "field_name": "name",
            "previous_value": "Det grønne hus",
            "replacement_value": "Det gule hus",
            "updated_by": "En Prøveperson",
        }
    ],
}
_HOUSE: Json = {
    **_ORGANISATION,
    "funding": [_FUNDING],
    "contacts": [_CONTACT],
    "phones": [_PHONE],
    "programs": [_PROGRAM],
    "organization_identifiers": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a22",
            "identifier_scheme": "DK-CVR",
            "identifier_type": "CVR-nummer",
            "identifier": "12345678",
        }
    ],
}

FULL: Json = {
    **_PLAIN,
    **_MODIFIED,
    **_MORE,
    "additional_urls": [_URL],
    "schedules": [_SCHEDULE],
    "service_at_locations": [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a23",
            "description": "I Det gule hus.",
            "contacts": [_CONTACT],
            "phones": [_PHONE],
            "schedules": [_SCHEDULE],
            "location": _LOCATION,
        }
    ],
    "organization": {**_HOUSE, "additional_websites": [_URL], "locations": [_LOCATION]},
}
"""As `service_full.json`."""

SIMPLE: Json = {**_PLAIN, "organization": _ORGANISATION, "program": _PROGRAM}
"""As `service_simple.json`."""

PAGE: Json = {
    "total_items": 10,
    "total_pages": 10,
    "page_number": 1,
    "size": 1,
    "first_page": True,
    "last_page": False,
    "empty": False,
    "contents": [{**SIMPLE, **_MODIFIED}],
}
"""As `service_list.json`: what the list of an HSDS API answers."""

SCHEDULED: Json = {
    **_PLAIN,
    **_MODIFIED,
    **_MORE,
    "schedules": [
        {
            "id": f"2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a{number}",
            "description": "Hver uge",
            "dtstart": "2026-01-05",
            "valid_from": "2026-01-05",
            "valid_to": "2026-12-20",
            "freq": "WEEKLY",
            "byday": "MO,TU,WE,TH",
            "opens_at": "09:00:00Z",
            "closes_at": "12:00:00Z",
        }
        for number in (24, 25)
    ]
    + [
        {
            "id": "2d1f5d0a-9d3a-4c0b-9f0e-6a3b7e3c1a26",
            "description": "Første lørdag i måneden",
            "dtstart": "2026-07-04",
            "until": "2026-11-07",
            "freq": "MONTHLY",
            "byday": "1SA",
            "opens_at": "09:00:00Z",
            "closes_at": "17:00:00Z",
        }
    ],
    "service_at_locations": [],
    "organization": {
        **_HOUSE,
        "locations": [{name: told for name, told in _LOCATION.items() if name != "schedules"}],
    },
}
"""As `service-schedule-example.json`: times with a zone, the first Saturday of the month, no place at all."""
