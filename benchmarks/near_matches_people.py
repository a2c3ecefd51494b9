"""Fictional clients of one firm, of which some are there twice: originals, corrupted copies, and pairs that only look alike.

Everything follows from the seed. What is hard on purpose:

- copies have one to three corruptions each, and none that the exact keys of an import would find (equal name together with an
  equal e-mail address or telephone): such a copy is corrupted further;
- households share surname and address, and often telephone, mailbox or, as twins, the birth date;
- fathers and sons of one name live in one house; namesakes live elsewhere; firms have namesakes with numbers of their own.
"""

from __future__ import annotations

import random
from typing import Any

from clientimport.core.text import name_key

Document = dict[str, Any]


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    "Jan Piet Els An Marie Luc Marc Johan Dirk Karel Hilde Griet Lieve Katrien Sofie Emma Louise Olivia Noah Arthur"
    " Lucas Finn Mohamed Fatima Youssef Aïcha Karim Nadia Samira Hassan Ahmed Leila José Núria Zoë Chloé Anaïs Benoît"
    " François Hélène André Michel Philippe Jacques Claude Monique Nicole Isabelle Nathalie Sandrine Christophe"
    " Stéphane Laurent Olivier Thomas Robert Michael William James Oliver Emily Sarah Charlotte Amelia Jean-Pierre"
    " Marie-Louise Jozef Maria Willem Hendrik Cornelis Johanna Wilhelmina Geert Wouter Bart Tim Tom Bram Lotte Femke"
    " Sanne Daan Sander Joris Stijn Kobe Daniel Daniela Martin Martine Simon Simone Paul Paula Gabriel Alexander"
    " Alexandra Victor Elena Ivan Olga Piotr Agnieszka"
)
_NICKNAMES = {
    "Johan": "Jan", "Jozef": "Jef", "Thomas": "Tom", "Robert": "Rob", "Michael": "Mike", "William": "Bill", "Maria": "Mia",
    "Willem": "Wim", "Hendrik": "Rik", "Cornelis": "Kees", "Alexander": "Sander", "Katrien": "Trien", "Wouter": "Walter",
    "Christophe": "Chris", "Nathalie": "Nat", "Daniel": "Dan", "Victor": "Vic", "Mohamed": "Mo", "Youssef": "Yousef",
}  # fmt: skip
_BEGIN = _words(
    "Peet Jans Maes Willem Claes Goos Wout De_Smed De_Bakk De_Clerc Van_den_Berg Van_der_Meer Van_Damm Van_Hov"
    " Ver_stra Ver_mei Herman Dubo Lamb Mart Dup Leroy Mor Sim Laur Lefèvr El_Amran El_Idriss Ben_Salah Bou_ziane Smit"
    " Brown Tayl Wils Kow Nov Müll Schneid Fisch Garcí Lóp Nguy D'Hond O'Neil Coppen Aert Bogaer Desmed Pauwel Michiel"
    " Hendrick Segher Stevens Bracke"
)
_END = "s ens ers t e er a eau in aert on ez ski mans el 0 0 0 0".replace("0", "").split(" ")
_TRADES = _words(
    "Bakkerij Slagerij Garage Bouwwerken Schilderwerken Loodgieterij Consulting Transport Optiek Drukkerij"
    " Boulangerie Menuiserie Jardins Software Design Kapsalon Apotheek Immo Travel Elektro"
)
_FORMS = ("BV", "NV", "SRL", "SA", "BVBA", "VOF", "VZW", "Ltd")
_STREETS = _words(
    "Kerkstraat Stationsstraat Molenweg Dorpsstraat Schoolstraat Lindelaan Nieuwstraat Hoogstraat Veldstraat"
    " Beukenlaan Kastanjelaan Rue_de_la_Gare Rue_Haute Avenue_Louise Place_du_Marché Chaussée_de_Mons"
    " Boulevard_Anspach Steenweg_op_Gent Kapellestraat Zandweg Bosstraat Eikenlaan Kerkplein Brugsesteenweg Parklaan"
    " Rozenstraat Meersstraat Akkerstraat"
)
_TOWNS = _words("hove gem kerke dijk berg donk zele loo beke poel straten dorp lo wijk rode")
_TOWN_BEGIN = _words(
    "Aal Beer Des Erpe Geel Hams Ieper Kort Lede Meer Nin Oud Puur Ron Sint Tem Vil Wet Zot Ast Bel Den Eek Ger"
)
_PROVIDERS = (
    "mail.example",
    "post.example",
    "web.example.com",
    "box.example.org",
    "letter.example.net",
    "home.example",
    "free.example.com",
)
_KEYBOARD = "abcdefghijklmnoprstuvw"


class People:
    """Clients and which of them are one.

    Args:
        count: How many, copies included.
        seed: The same seed makes the same clients.
        copies: The share of copies.
        hard: With households and namesakes; without them everybody is alone.

    Attributes:
        documents: In a random order.
        truth: Pairs of positions, the lower first, that are one client.
        kinds: Pair of positions -> what was done to the copy, for those who look into misses.
    """

    def __init__(self, count: int, seed: int, copies: float = 0.12, *, hard: bool = True) -> None:
        self._hard = hard
        self._chance = random.Random(seed)
        chance = self._chance
        self._surnames = [f"{begin.replace('_', ' ')}{end}" for begin in _BEGIN for end in _END]
        chance.shuffle(self._surnames)
        self._places = [
            (str(1000 + number * 11), begin + end)
            for number, (begin, end) in enumerate((begin, end) for begin in _TOWN_BEGIN for end in _TOWNS)
        ]
        self._number = 0
        self._taken: set[str] = set()
        originals: list[Document] = []
        wanted = int(count * (1 - copies))
        while len(originals) < wanted:
            originals.extend(self._group(originals))
        originals = originals[:wanted]
        groups = [[document] for document in originals]
        made: list[tuple[Document, int, str]] = []
        while len(originals) + len(made) < count:
            group = chance.randrange(len(groups))
            copy, kind = self._copy(groups[group][0], groups[group])
            groups[group].append(copy)
            made.append((copy, group, kind))
        places: list[tuple[Document, int, str]] = [(document, index, "") for index, document in enumerate(originals)]
        places += made
        chance.shuffle(places)
        self.documents = [document for document, _, _ in places]
        where: dict[int, list[int]] = {}
        for position, (_, group, _) in enumerate(places):
            where.setdefault(group, []).append(position)
        self.truth: set[tuple[int, int]] = set()
        self.kinds: dict[tuple[int, int], str] = {}
        for positions in where.values():
            for index, one in enumerate(positions):
                for other in positions[index + 1 :]:
                    self.truth.add((one, other))
                    self.kinds[one, other] = places[one][2] or places[other][2]

    # ------------------------------------------------------------------------------------------------ originals

    def _group(self, before: list[Document]) -> list[Document]:
        chance = self._chance
        draw = chance.random()
        if draw < 0.22:
            return [self._organisation()]
        if draw < 0.24 and before and self._hard:  # a namesake elsewhere
            same = chance.choice(before)
            if same["kind"] == "organisation":
                return [self._organisation(name=same["name"].rpartition(" ")[0])]
            return [self._person(same["first_name"], same["last_name"])]
        first = self._person()
        if draw < 0.55 or not self._hard:
            return [first]
        return [first, *(self._relative(first) for _ in range(chance.choice((1, 1, 1, 2, 3))))]

    def _person(self, first: str = "", last: str = "") -> Document:
        chance = self._chance
        first, last = first or self._zipf(_FIRST), last or self._zipf(self._surnames)
        document: Document = {"kind": "person", "name": f"{first} {last}", "first_name": first, "last_name": last}
        document |= self._address() if chance.random() < 0.85 else {}
        if chance.random() < 0.8:
            document["email"] = self._mailbox(first, last)
        if chance.random() < 0.75:
            document["phone"] = self._phone()
        if chance.random() < 0.5:
            document["birth_date"] = self._date(1935, 2005)
        if chance.random() < 0.06:
            document["national_number"] = self._unique("N")
        return document

    def _relative(self, first: Document) -> Document:
        """Somebody of the same house: another first name, now and then the same one; never the same person."""
        chance = self._chance
        other = self._person(last=first["last_name"])
        while other["first_name"] == first["first_name"]:
            other = self._person(last=first["last_name"])
        for field in ("address", "postal_code", "city", "country"):
            other.pop(field, None)
            if field in first:
                other[field] = first[field]
        if "phone" in first and chance.random() < 0.5:
            other["phone"] = first["phone"]
        if "email" in first and chance.random() < 0.3:
            other["email"] = first["email"]
        draw = chance.random()
        if "birth_date" in first and draw < 0.05:
            other["birth_date"] = first["birth_date"]
        elif draw < 0.07:  # a father and a son
            other["first_name"], other["name"] = first["first_name"], first["name"]
            first["birth_date"], other["birth_date"] = self._date(1935, 1960), self._date(1965, 1995)
        return other

    def _organisation(self, name: str = "") -> Document:
        chance = self._chance
        name = name or f"{chance.choice(_TRADES)} {self._zipf(self._surnames)}"
        document: Document = {"kind": "organisation", "name": f"{name} {chance.choice(_FORMS)}", **self._address()}
        if chance.random() < 0.8:
            box = chance.choice(("info", "contact", "sales", "info", "boekhouding"))
            document["email"] = f"{box}@{name_key(name).replace(' ', '')}{self._next()}.be"
        if chance.random() < 0.8:
            document["phone"] = self._phone()
        if chance.random() < 0.6:
            document["vat_number"] = self._unique("BE")
        return document

    # ------------------------------------------------------------------------------------------------ copies

    def _copy(self, original: Document, group: list[Document]) -> tuple[Document, str]:
        """A corrupted copy. The official number is only in one of the two: with equal ones nobody would have to guess."""
        copy = dict(original)
        for field in ("national_number", "vat_number"):
            copy.pop(field, None)
        done = [self._corrupt(copy) for _ in range(self._chance.choice((1, 1, 2, 2, 3)))]
        while any(_joined(copy, other) for other in group):
            done.append(self._corrupt(copy))
        if self._chance.random() < 0.4:  # a list with one column for names
            copy.pop("first_name", None)
            copy.pop("last_name", None)
        return copy, ", ".join(done)

    def _corrupt(self, copy: Document) -> str:
        chance = self._chance
        person = copy["kind"] == "person"
        names = (
            ("typo", "typo", "initial", "nickname", "swap", "accents") if person else ("typo", "typo", "form", "order")
        )
        what: str = chance.choice((*names, "moved", "moved", "no-address", "street", "email", "email", "no-email", "no-phone", "phone",
                              "phone", "birth", "no-birth", "no-kind"))  # fmt: skip
        if what == "typo":
            part = chance.choice([field for field in ("first_name", "last_name") if field in copy] or ["name"])
            self._rename(copy, part, self._slip(copy[part]))
        elif what == "initial" and "first_name" in copy:
            self._rename(copy, "first_name", f"{copy['first_name'][0]}.")
        elif what == "nickname" and copy.get("first_name") in _NICKNAMES:
            self._rename(copy, "first_name", _NICKNAMES[copy["first_name"]])
        elif what == "swap" and "first_name" in copy:
            copy["name"] = f"{copy['last_name']}, {copy['first_name']}"
        elif what == "accents":
            for field in ("name", "first_name", "last_name"):
                if field in copy:
                    copy[field] = copy[field].translate(_PLAIN)
        elif what == "form":
            words = copy["name"].split(" ")
            copy["name"] = " ".join(words[:-1]) if words[-1] in _FORMS else f"{copy['name']} {chance.choice(_FORMS)}"
        elif what == "order":
            words = copy["name"].split(" ")
            copy["name"] = " ".join((words[-1], *words[:-1]))
        elif what == "moved":
            copy.update(self._address())
        elif what == "no-address":
            copy.pop("address", None)
        elif what == "street" and "address" in copy:
            copy["address"] = chance.choice((copy["address"].replace("straat", "str."), self._slip(copy["address"])))
        elif what == "email" and "email" in copy:
            mailbox, _, domain = copy["email"].partition("@")
            copy["email"] = chance.choice(
                (
                    f"{self._slip(mailbox)}@{domain}",
                    f"{mailbox}@{chance.choice(_PROVIDERS)}",
                    f"{mailbox}@{self._slip(domain)}",
                )
            )
        elif what == "phone" and "phone" in copy:
            copy["phone"] = chance.choice((self._phone(), copy["phone"][:-1] + str(chance.randrange(10))))
        elif what == "birth" and "birth_date" in copy:
            year, month, day = copy["birth_date"].split("-")
            copy["birth_date"] = chance.choice(
                (
                    f"{year}-{day}-{month}" if int(day) < 13 else copy["birth_date"],
                    f"{year}-{month}-{chance.randrange(1, 29):02}",
                )
            )
        elif what.startswith("no-"):
            copy.pop({"no-email": "email", "no-phone": "phone", "no-birth": "birth_date", "no-kind": ""}[what], None)
        return str(what)

    def _rename(self, copy: Document, part: str, value: str) -> None:
        copy[part] = value
        if part != "name":
            copy["name"] = f"{copy['first_name']} {copy['last_name']}"

    def _slip(self, text: str) -> str:
        """*text* with a letter left out, doubled, changed or swapped with the next, not the first one."""
        chance = self._chance
        places = [index for index in range(1, len(text) - 1) if text[index].isalpha() and text[index + 1].isalpha()]
        if not places:
            return text
        at = chance.choice(places)
        kind = chance.randrange(4)
        if kind == 0:
            return text[:at] + text[at + 1 :]
        if kind == 1:
            return text[: at + 1] + text[at:]
        if kind == 2:
            return text[:at] + chance.choice(_KEYBOARD) + text[at + 1 :]
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    # ------------------------------------------------------------------------------------------------ pieces

    def _zipf(self, names: list[str]) -> str:
        """One of *names*, the first ones more often."""
        return names[int(len(names) * self._chance.random() ** 1.7)]

    def _address(self) -> Document:
        chance = self._chance
        postal, city = chance.choice(self._places)
        street = chance.choice(_STREETS).replace("_", " ")
        return {"address": f"{street} {chance.randrange(1, 180)}", "postal_code": postal, "city": city, "country": "BE"}

    def _mailbox(self, first: str, last: str) -> str:
        first, last = (name_key(part).replace(" ", "") for part in (first, last))
        mailbox: str = self._chance.choice(
            (f"{first}.{last}", f"{first[0]}.{last}", f"{first}{self._next()}", f"{last}{self._next()}")
        )
        address = f"{mailbox}@{self._chance.choice(_PROVIDERS)}"
        if address in self._taken:  # no provider gives an address twice
            address = address.replace("@", f"{self._next()}@")
        self._taken.add(address)
        return address

    def _phone(self) -> str:
        return f"+324{self._chance.randrange(70, 100)}{self._chance.randrange(10**6):06}"

    def _date(self, start: int, end: int) -> str:
        chance = self._chance
        return f"{chance.randrange(start, end)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"

    def _unique(self, prefix: str) -> str:
        return f"{prefix}{10**9 + self._next()}"

    def _next(self) -> int:
        self._number += 1
        return self._number


def _joined(one: Document, other: Document) -> bool:
    """Whether an import would join the two by an exact key."""
    if name_key(one["name"]) != name_key(other["name"]):
        return False
    return any(field in one and one[field] == other.get(field) for field in ("email", "phone"))


_PLAIN = str.maketrans("éèëêïîöôüûçñáíóúâÉÈ", "eeeeiioouucnaiouaEE")
