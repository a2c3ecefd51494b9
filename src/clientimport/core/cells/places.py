"""Countries, languages and currencies, by code or by name, as ISO codes.

Names are read in English, Dutch, French, German, Spanish and Arabic, and languages in themselves too; case, accents
and punctuation do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from clientimport.core.cells.seen import Refusal, Seen, coerced
from clientimport.core.coercion import Coerced, CoercionContext
from clientimport.core.text import comparison_key


def coerce_country(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """ISO 3166-1 alpha-2 codes."""
    return _COUNTRIES_SEEN.column(texts)


def coerce_language(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """ISO 639-1 codes; a locale (``nl-BE``) counts as its language."""
    return _LANGUAGES_SEEN.column(texts)


def coerce_currency(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """ISO 4217 codes; a sign that several currencies use (``$``) is read by the row's country, else it is unknown."""
    answers = list(map(_CURRENCIES_SEEN.__getitem__, texts))
    for row, answer in enumerate(answers):
        if answer.__class__ is Refusal:
            answers[row] = _SHARED_SIGNS.get(texts[row].casefold(), {}).get(context.countries[row] or "") or answer
    return coerced(answers)


def country_code(text: str) -> str | None:
    """The country *text* names, as alpha-2, or ``None``."""
    return _countries().get(comparison_key(text))


def language_code(text: str) -> str | None:
    """The language *text* names, as two letters, or ``None``."""
    table = _languages()
    found = table.get(comparison_key(text))
    if found is None and (locale := _LOCALE.fullmatch(text)):
        found = table.get(locale[1].lower())
    return found


def currency_code(text: str) -> str | None:
    """The currency *text* names without regard to any country, or ``None``."""
    return _SIGNS.get(text.casefold()) or _currencies().get(comparison_key(text))


_LOCALE = re.compile(r"([A-Za-z]{2,3})[-_](?:[A-Za-z]{4}[-_])?(?:[A-Za-z]{2}|[0-9]{3})(?:[.@][\w-]+)?")

_COUNTRY_ALIASES = {
    "GB": "UK|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Groot-Brittannië|Engeland|Schotland|"
    "Grande-Bretagne|Angleterre|Großbritannien|England|Gran Bretaña|Inglaterra|بريطانيا|انجلترا",
    "NL": "Holland|The Netherlands|Hollande|Holanda|Nederlanden|Les Pays-Bas",
    "BE": "Belgien|Belgie|Belgique/België|Royaume de Belgique|Koninkrijk België",
    "US": "USA|U.S.|U.S.A.|United States of America|America|Verenigde Staten van Amerika|VS|États-Unis d'Amérique|"
    "Vereinigte Staaten von Amerika|Estados Unidos de América|EE.UU.|EEUU|E.E.U.U.|أمريكا|الولايات المتحدة الأمريكية",
    "GR": "EL|Hellas",
    "AE": "UAE|U.A.E.|Emirates|VAE|EAU|الامارات",
    "CZ": "Czech Republic|Tsjechische Republiek|République tchèque|Tschechische Republik|República Checa",
    "RU": "Russian Federation|Russische Federatie|Fédération de Russie|Russische Föderation|Federación de Rusia",
    "KR": "Korea|South Korea|Republic of Korea|Zuid-Korea|Corée du Sud|Südkorea|Corea del Sur",
    "TR": "Turkey|Turquie|Türkei|Turquía|Turkije",
    "CI": "Ivory Coast|Ivoorkust|Côte d'Ivoire",
    "CD": "DRC|Democratic Republic of the Congo|Congo (DRC)|RD Congo|Zaire",
    "CG": "Republic of the Congo|Congo",
    "CV": "Cape Verde",
    "MK": "Macedonia|FYROM",
    "MD": "Republic of Moldova|Moldova",
    "VA": "Vatican|Holy See",
    "LU": "Grand Duchy of Luxembourg|Luxemburg|Grand-Duché de Luxembourg",
    "IE": "Republic of Ireland|Eire",
    "DE": "Federal Republic of Germany|BRD|Bundesrepublik Deutschland",
    "CH": "Suisse|Schweiz|Svizzera|Schweizerische Eidgenossenschaft",
    "AT": "Oesterreich",
    "CN": "PRC|People's Republic of China|Mainland China|VR China",
    "HK": "Hong Kong",
    "MO": "Macau|Macao",
    "TW": "Taiwan, Province of China|Chinese Taipei",
    "VN": "Viet Nam",
    "SY": "Syrian Arab Republic",
    "IR": "Islamic Republic of Iran",
    "LA": "Lao PDR|Lao People's Democratic Republic",
    "TZ": "United Republic of Tanzania",
    "BO": "Plurinational State of Bolivia",
    "VE": "Bolivarian Republic of Venezuela",
    "PS": "Palestine|State of Palestine|Palestina",
    "SZ": "Swaziland",
    "MM": "Burma|Birma",
    "BA": "Bosnia|Bosnië",
    "SA": "KSA|Kingdom of Saudi Arabia|السعودية|المملكة العربية السعودية",
    "EG": "Egypt, Arab Rep.|جمهورية مصر العربية",
    "ES": "Espana|Espagne",
    "IT": "Italia",
    "PT": "Portugal",
    "SE": "Sverige",
    "NO": "Norge",
    "DK": "Danmark",
    "FI": "Suomi",
    "PL": "Polska",
    "HU": "Magyarország",
    "RO": "România",
    "HR": "Hrvatska",
    "JP": "Nippon",
    "BR": "Brasil",
}
_LANGUAGE_ALIASES = {
    "nl": "Flemish|Vlaams|Flamand|Flämisch|Flamenco|NED|Nederl.|Néerl.",
    "en": "ENG|Anglais|Engels",
    "fr": "FRA|FR.|Frans",
    "de": "DEU|GER|Duits|Allemand",
    "es": "Castilian|Castellano|SPA|Spaans",
    "zh": "Mandarin|Chinese (Simplified)|Chinese (Traditional)",
    "el": "Hellenic",
    "fa": "Farsi",
    "no": "Norwegian",
    "he": "iw",
    "id": "in",
}
_CURRENCY_ALIASES = {
    "EUR": "euro|euros|eur.",
    "GBP": "pound|pounds|pound sterling|sterling|livre sterling|pond|GB pound",
    "USD": "US dollar|US dollars|american dollar|dollar US",
    "CHF": "swiss franc|franc suisse|schweizer franken|Fr.|SFr.",
    "AUD": "australian dollar|aussie dollar",
    "CNY": "RMB|yuan|renminbi",
    "JPY": "yen",
    "INR": "rupee|rupees|Rs",
    "PLN": "zloty",
    "TRY": "TL|turkish lira",
}
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₪": "ILS", "₩": "KRW", "₽": "RUB", "฿": "THB", "₫": "VND",
    "₴": "UAH", "₦": "NGN", "₱": "PHP", "zł": "PLN", "kč": "CZK", "ft": "HUF", "us$": "USD", "au$": "AUD",
    "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "a$": "AUD", "c$": "CAD", "s$": "SGD", "r$": "BRL", "mx$": "MXN",
    "nt$": "TWD", "د.إ": "AED", "ر.س": "SAR", "ج.م": "EGP",
}  # fmt: skip
_KRONE = {"DK": "DKK", "NO": "NOK", "SE": "SEK", "IS": "ISK", "FO": "DKK", "GL": "DKK"}
_DOLLAR = {
    "US": "USD", "AU": "AUD", "NZ": "NZD", "CA": "CAD", "SG": "SGD", "HK": "HKD", "TW": "TWD", "MX": "MXN",
    "PR": "USD", "EC": "USD", "SV": "USD", "JM": "JMD", "TT": "TTD", "BB": "BBD", "BS": "BSD", "FJ": "FJD",
    "NA": "NAD", "CL": "CLP", "CO": "COP", "AR": "ARS", "UY": "UYU",
}  # fmt: skip
_SHARED_SIGNS: Mapping[str, Mapping[str, str]] = {
    "$": _DOLLAR,
    "¥": {"JP": "JPY", "CN": "CNY"},
    "kr": _KRONE,
    "kr.": _KRONE,
}


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("|") for line in table.splitlines())


@cache
def _countries() -> Mapping[str, str]:
    from clientimport.core.cells._countries import TABLE  # read when first asked for

    found = {comparison_key(name): code for code, names in _COUNTRY_ALIASES.items() for name in names.split("|")}
    for code, *names in _rows(TABLE):
        found.update((comparison_key(name), code) for name in names)
    found.update((code.lower(), code) for code, *_names in _rows(TABLE))
    return found


@cache
def _languages() -> Mapping[str, str]:
    from clientimport.core.cells._languages import TABLE  # read when first asked for

    found = {comparison_key(name): code for code, names in _LANGUAGE_ALIASES.items() for name in names.split("|")}
    for code, three, *names in _rows(TABLE):
        found.update((comparison_key(name), code) for name in (*three.split(), *names))
    found.update((code, code) for code, *_names in _rows(TABLE))
    return found


@cache
def _currencies() -> Mapping[str, str]:
    from clientimport.core.cells._currencies import TABLE  # read when first asked for

    found: dict[str, str] = {}
    for code, _digits, *names in _rows(TABLE):
        found.update((comparison_key(name), code) for name in names)
    found.update((comparison_key(name), code) for code, names in _CURRENCY_ALIASES.items() for name in names.split("|"))
    found.update((code.lower(), code) for code, *_names in _rows(TABLE))
    return found


_COUNTRIES_SEEN = Seen(lambda text: country_code(text) or Refusal("country-unknown") if text else None)
_LANGUAGES_SEEN = Seen(lambda text: language_code(text) or Refusal("language-unknown") if text else None)
_CURRENCIES_SEEN = Seen(lambda text: currency_code(text) or Refusal("currency-unknown") if text else None)
