"""Words inside names that say little about who somebody is. All as ``comparison_key`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LEGAL_FORMS = _set(
    "asbl bhd bv bvba commv corp corporation cvba cvoa doo ebvba eenmanszaak esv eurl gbr gcv gie gmbh inc incorporated kft"
    " limited llc llp ltd nv ohg oy oyj plc pte pty sarl sasu sas sci scrl scs sdn slu snc spa sprl srl srls sro stg sa"
    " vof vzw"
)
"""Legal forms of companies, wherever they stand first or last."""

SHORT_LEGAL_FORMS = _set("ab ag aps as co cv ev kg sc se sl ug")
"""Legal forms that are names of people too: only as the last word."""

CONNECTORS = _set("and en et und")
"""What the sign & is written as in names of organisations."""

TITLES = _set(
    "dhr dr drs frau heer herr ing ir juffrouw madame mej mevr mevrouw miss mister mlle mme monsieur mr mrs ms mw prof sir"
)
"""Forms of address and degrees, which come and go."""

GENERATIONS = MappingProxyType(
    {"jr": "junior", "junior": "junior", "fils": "junior", "ii": "ii", "iii": "iii", "sr": "senior", "senior": "senior",
     "pere": "senior"}
)  # fmt: skip
"""What tells a father from a son of the same name."""

PARTICLES = _set(
    "abou abu ait al bin bint ben bou d da dal das de degli del della den der des di do dos du el het ibn la le les op ould t te"
    " ten ter van vom von zu zum zur"
)
"""Words that belong to the word after them: ``van den Berg``, ``El Amrani``."""

GIVEN_TOO = frozenset(("al", "ben"))
"""Particles that are first names as well."""

_SHORT_FORMS = (
    "albert bert al", "alexander alexandre alex sander xander sacha", "alexandra alex sandra sacha", "andre andries dre",
    "andreas andries andrew andy", "antoine antoon anton tony toon antonius", "anthony tony", "benjamin ben",
    "bernard bernd ben", "catherine catharina katrien kathy cathy trien katherine kate", "charles charlie karel charly",
    "christian chris", "christine christina chris tina stien", "christopher chris", "christophe christoph chris kristof",
    "cornelis cor kees", "daniel dan danny daan", "david dave", "dirk dirck diederik", "dominique dom",
    "edward ed eddy eddie ward", "eduard eddy ward", "elisabeth elizabeth els liesbeth lies liz beth betty elise lisbeth",
    "emmanuel manu", "ferdinand fernand nand", "francis frank francois", "franciscus frans frank cis sus",
    "frederic frederik fred freddy fre", "gerard gerrit geert gert", "gerhard gert", "gregory greg", "guillaume willem guy",
    "gustaaf gust staf", "hendrik henk rik henri henry", "helene helena leen lena", "ignace nas", "jacques jacky",
    "jacob jaap jakob koos", "james jim jimmy", "jan johan johannes hans", "jean jeannot", "jennifer jenny jen",
    "jerome jero", "johanna jo hanna an", "john johnny jack", "jonathan jon", "joseph jozef jef jos joe sef joep",
    "judith jutta", "katharina kathrin", "laurent lorenz", "leonard leo", "louis lode lowie ludo", "lodewijk lode ludo",
    "lucas luc luuk", "ludovic ludo", "magdalena magda leen", "margaretha margriet griet greet greta marga margaret maggie",
    "maria marie mia mieke ria maike rita", "martinus maarten martin tinus", "matthew matt", "matthias mathias thijs mats",
    "maximilien max maximiliaan", "michael mike mick", "michel michiel mich", "mohamed mohammed muhammad mohammad mo med",
    "nathalie nat", "nicolas nico nicolaas klaas nick niek nicholas", "olivier oli", "oliver olly", "patricia patty",
    "patrick pat", "paul pol pauwel", "peter pete", "petrus piet pieter peter", "philippe philip filip flip phil",
    "pierre pierrot", "rebecca becky", "richard rick dick rik", "robert rob bob bert robbe bobby", "roland rolly",
    "ronald ron ronny", "samuel sam", "samantha sam", "sebastiaan sebastien seb bas", "stefan stephan stefaan steven steve",
    "stephane stef steph", "stephanie steph stefanie", "susan sue suzanne", "therese thea trees", "theodoor theo dore",
    "thomas tom tommy", "timothy tim", "victor vic", "vincent vince cent", "walter wouter wout", "werner warre",
    "wilhelm willy wim", "willem wim willy", "william bill will billy liam", "yousef youssef yusuf joseph", "yvonne yvon",
)  # fmt: skip


def _groups_of_words() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_SHORT_FORMS):
        for word in group.split():
            found.setdefault(word, set()).add(number)
    return MappingProxyType({word: frozenset(numbers) for word, numbers in found.items()})


SHORT_FORMS = _groups_of_words()
"""First name -> numbers of the groups it belongs to; two names of one group may be one person's."""

STREET_WORDS = MappingProxyType(
    {"av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard",
     "bvd": "boulevard", "ch": "chaussee", "dr": "drive", "ln": "lane", "pl": "place", "r": "rue", "rd": "road",
     "sq": "square", "st": "street", "stg": "steenweg", "str": "straat", "strasse": "straat", "stwg": "steenweg",
     "stw": "steenweg"}
)  # fmt: skip
STREET_ENDINGS = (("strasse", "straat"), ("stwg", "steenweg"), ("stw", "steenweg"), ("str", "straat"))
"""How the ends of street names are shortened, the longest first."""
BOX_WORDS = _set("apartment app appt apt b boite bte box bus etage flat floor no nr num suite unit verdieping verd")
"""What stands before the number of a flat; or before that of the house, where it is dropped."""

ROLE_MAILBOXES = _set(
    "account accounting accounts admin administratie administration algemeen bestelling bestellingen billing boekhouding bureau"
    " comptabilite compta contact directie direction facturatie facturation factuur finance hello help info information"
    " invoice invoices kantoor mail noreply office onthaal order orders post postmaster receptie reception sales secretariaat"
    " secretariat service shop support team verkoop webmaster welcome winkel"
)
"""Mailboxes of a role; nobody's own."""
