"""The 55 good needs of the samples, typed by hand: spellings of a skill brought together, days made half-days."""

WEB = "communication web"
# firm, skill, half-days a month
ASKED = [
    ("Écluse Studio", WEB, 6), ("Tangente Films", WEB, 7), ("Tangente Éditions", WEB, 6), ("Lanterne Disques", WEB, 8),
    ("Nacelle Disques", WEB, 6), ("Hublot Musiques", WEB, 10), ("Nacelle Management", WEB, 6), ("Wagon Management", WEB, 7),
    ("Goutte Studio", WEB, 8), ("Faubourg Spectacles", WEB, 6), ("Utopie Films", WEB, 5),
    ("Dérive Films", "webmaster", 3), ("Belvédère Records", "webmaster", 2), ("Quinconce Spectacles", "webmaster", 8),
    ("Belvédère Disques", "webmaster", 2), ("Quinconce Productions", "webmaster", 6), ("Sarabande Label", "webmaster", 2),
    ("Goutte Management", "webmaster", 2),
    ("Faubourg Spectacles", "comptabilité", 4), ("Nacelle Films", "comptabilité", 4), ("Quinconce Management", "comptabilité", 2),
    ("Lanterne Disques", "comptabilité", 4), ("Ombrelle Studio", "comptabilité", 3), ("Goutte Management", "comptabilité", 1),
    ("Faubourg Spectacles", "production", 2), ("Ardoise Éditions", "production", 1), ("Hublot Musiques", "production", 3),
    ("Écluse Disques", "production", 3), ("Nacelle Management", "production", 4), ("Jachère Label", "production", 1),
    ("Passerelle Label", "production", 1), ("Passerelle Studio", "production", 2), ("Tangente Éditions", "production", 8),
    ("Nacelle Disques", "diffusion", 2), ("Wagon Management", "diffusion", 1), ("Passerelle Label", "diffusion", 1),
    ("Cadence Label", "diffusion", 8),
    ("Nacelle Disques", "presse", 3), ("Ardoise Management", "presse", 4), ("Volute Label", "presse", 4),
    ("Ombrelle Studio", "presse", 2), ("Utopie Films", "presse", 4), ("Belvédère Studio", "presse", 2),
    ("Cadence Label", "presse", 6), ("Wagon Records", "presse", 1), ("Îlot Management", "presse", 4),
    ("Ardoise Management", "régie", 4), ("Wagon Management", "régie", 6), ("Ombrelle Label", "régie", 3),
    ("Dérive Label", "régie", 2), ("Îlot Studio", "régie", 8),
    ("Hublot Musiques", "administratif", 4), ("Wagon Records", "administratif", 6), ("Îlot Management", "administratif", 4),
    ("Îlot Studio", "administratif", 1),
]  # fmt: skip
PLACES = {
    "Écluse Studio": (48.8807, 2.3804), "Tangente Films": (48.8918, 2.3486), "Tangente Éditions": (48.8562, 2.3723),
    "Lanterne Disques": (48.9297, 2.3478), "Nacelle Disques": (49.0510, 2.1000), "Hublot Musiques": (48.8650, 2.3717),
    "Nacelle Management": (48.8688, 2.3661), "Wagon Management": (48.9009, 2.3325), "Goutte Studio": (48.9029, 2.3340),
    "Faubourg Spectacles": (48.8631, 2.3313), "Utopie Films": (48.9125, 2.3572), "Dérive Films": (48.8837, 2.3557),
    "Belvédère Records": (48.8783, 2.3882), "Quinconce Spectacles": (48.9080, 2.3089), "Belvédère Disques": (48.8916, 2.3791),
    "Quinconce Productions": (49.4180, 2.8260), "Sarabande Label": (48.8636, 2.3543), "Goutte Management": (48.8766, 2.3207),
    "Nacelle Films": (48.4040, 2.7020), "Quinconce Management": (48.8745, 2.3582), "Ombrelle Studio": (48.8578, 2.3038),
    "Ardoise Éditions": (48.4040, 2.7020), "Écluse Disques": (48.8519, 2.3745), "Jachère Label": (48.8933, 2.2914),
    "Passerelle Label": (48.8946, 2.3108), "Passerelle Studio": (48.8723, 2.3180), "Cadence Label": (48.8676, 2.3726),
    "Ardoise Management": (48.9238, 2.3645), "Volute Label": (48.9154, 2.3385), "Belvédère Studio": (48.8682, 2.3454),
    "Wagon Records": (48.8770, 2.3229), "Îlot Management": (48.8769, 2.3660), "Ombrelle Label": (48.8728, 2.3143),
    "Dérive Label": (48.8906, 2.3129), "Îlot Studio": (48.8980, 2.3801),
}  # fmt: skip


def samples() -> dict[str, object]:
    needs = []
    for number, (firm, skill, half_days) in enumerate(ASKED, 1):
        lat, lon = PLACES[firm]
        needs.append({"id": f"n{number}", "firm": firm, "skill": skill, "half_days": half_days, "lat": lat, "lon": lon,
                      "from": "2027-01", "to": "2027-12"})  # fmt: skip
    return {"needs": needs}
