"""German header words.

A field, or ``field+part``, and the headers that mean it; ``""`` are headers of what is no client field. ``~`` marks a
weaker alias, that yields to others; ``?`` one that needs its cells to be believed.
"""

ALIASES = {
    "kind": """
        kundenart; kundentyp; art; typ; art des kunden; personenart; kontaktart; person oder firma; kontakttyp;
        typ des kunden; privat oder firma
    """,
    "name": """
        name; vollständiger name; kundenname; kunde; name des kunden; debitor; debitorname; debitorenname; mandant;
        mandantenname; anzeigename; name vorname; vor und nachname; ganzer name; vorname nachname; nachname vorname;
        name kunde; name und vorname; geschäftspartner; mitglied
    """,
    "first_name": "vorname; rufname; vornamen; vorname kunde",
    "last_name": "nachname; familienname; zuname; name nachname; nachname kunde",
    "last_name+before": "namensvorsatz; namenspräfix; namensvorsatzwort",
    "company_name": """
        firma; firmenname; unternehmen; firmenbezeichnung; unternehmensname; organisation; gesellschaft?; betrieb?;
        firmierung; name der firma; name des unternehmens; firmenwortlaut
    """,
    "email": """
        e mail adresse; mail; mailadresse; email adresse; elektronische adresse; e mail; emailadresse; mail adresse;
        rechnungs e mail; e mail kunde; hauptmail
    """,
    "other_emails": """
        zweite e mail; weitere e mail; alternative e mail; andere e mail; weitere e mail adresse; zweite e mail adresse;
        weitere e mails
    """,
    "phone": """
        telefon; telefonnummer; tel; tel nr; rufnummer; festnetz; telefon nr; festnetznummer; fon; telefon festnetz;
        telefonnr; telefon geschäftlich; telefon privat; telefon zentrale; rufnr; tel festnetz
    """,
    "mobile": """
        mobil; handy; handynummer; mobiltelefon; mobilnummer; mobilfunk; mobilfunknummer; handy nr; telefon mobil;
        mobilnr; mobil nr; natel; tel mobil; mobilrufnummer; funk
    """,
    "other_phones": """
        zweite telefonnummer; weitere telefonnummer; durchwahl; andere telefonnummer; direktwahl; weiteres telefon;
        weitere rufnummer
    """,
    "phone+country": "ländercode?; ländervorwahl; landesvorwahl; vorwahl land; internationale vorwahl",
    "phone+area": "vorwahl; ortsvorwahl; ortskennzahl",
    "phone+number": "anschlussnummer; lokale rufnummer",
    "address": """
        adresse; straße; strasse; anschrift; straße und hausnummer; straße hausnummer; straße nr; rechnungsadresse;
        rechnungsanschrift; str; postanschrift; adresszeile 1; adresse 1; straßenname; hausanschrift; wohnadresse;
        straße hnr; straße u hausnr; str nr; strasse nr; strasse hausnummer; firmenanschrift; geschäftsadresse;
        anschrift 1; strasse und hausnummer; firmensitz; strasse hausnr; postadresse
    """,
    "address+number": "hausnummer; hausnr; hnr; haus nr; hsnr",
    "address+box": "hausnummerzusatz; hausnummernzusatz; wohnung; top?",
    "address_2": """
        adresszusatz; adresszeile 2; adresse 2; anschrift 2; zusatz?; anschriftenzusatz; adress zusatz; straße 2
    """,
    "address_2+line": "adresszeile 3; adresse 3",
    "postal_code": "plz; postleitzahl; plz code; postlz; plz ort code",
    "city": "ort; stadt; wohnort; gemeinde; ortschaft; sitz?; ortsname; firmensitz ort; stadt ort",
    "region": "bundesland; kanton; region; provinz; landkreis",
    "country": """
        land; länderkennzeichen; ländercode; landeskennzeichen; staat; länderkürzel; land iso; lkz; land code;
        ländername; iso ländercode; landkennzeichen; länderkz; herkunftsland
    """,
    "language": """
        sprache; sprachcode; korrespondenzsprache; sprachkennzeichen; kommunikationssprache; bevorzugte sprache;
        sprachkürzel; spracheinstellung
    """,
    "website": """
        webseite; internet~; homepage; internetadresse; internetseite; webadresse; website; web~; www adresse
    """,
    "birth_date": "geburtsdatum; geburtstag; geb datum; geboren am; geb am; geb dat; geb; gebdatum; geboren",
    "external_id": """
        kundennummer; kundennr; kunden nr; kd nr; kdnr; debitorennummer; debitorennr; debitoren nr; debitornummer;
        kundencode; kundenid; kunden id; referenz~; mandantennummer; mandantennr; mandanten nr; kundenkürzel;
        kundenreferenz; adressnummer; adressnr; debitor nr; mitgliedsnummer; kunde nr; kontonummer kunde; personenkonto;
        aktenzeichen~; kundenkonto; debitorenkonto; debitornr; kundenkennung; eindeutige id; externe id; deb nr;
        mitglied nr; partnernummer; geschäftspartnernummer; adress nr; kennung~; kundenschlüssel; patientennummer;
        kdnummer; kd nummer
    """,
    "vat_number": """
        ust idnr; ust id nr; ust id; ustid; umsatzsteuer id; umsatzsteueridentifikationsnummer;
        umsatzsteuer identifikationsnummer; mwst nummer; mwst nr; uid; uid nummer; uid nr; ustidnr; ust id nummer;
        eg ust idnr; eu ust idnr; umsatzsteuer id nr; ust ident nr; mehrwertsteuernummer; ustidentnr; ust nr; mwst;
        umsatzsteuernummer; eu steuernummer; eu uid
    """,
    "company_number": """
        handelsregisternummer; hrb; handelsregister; hr nummer; registernummer; hr nr; firmenbuchnummer; hrb nummer;
        firmenbuch nr; hrb nr; unternehmensnummer; handelsregister nr; registernr; fn?; handelsregisternr;
        unternehmensregisternummer
    """,
    "national_number": """
        sozialversicherungsnummer; sv nummer; svnr; ahv nummer; ahv nr; personalausweisnummer; ausweisnummer;
        nationale nummer; sv nr; rentenversicherungsnummer; personenkennziffer; ausweisnr; ahv
    """,
    "tax_number": """
        steuernummer; steuer nr; steuernr; st nr; steuer id; steueridentifikationsnummer; identifikationsnummer~; idnr~;
        stnr; steuer identifikationsnummer; steuerid; steuer idnr; finanzamt steuernummer; steuer nummer
    """,
    "notes": """
        bemerkungen; bemerkung; notizen; notiz; anmerkungen; kommentar; anmerkung; hinweise; memo; kommentare; freitext;
        beschreibung~; info?; hinweis; sonstiges?
    """,
    "tags": """
        schlagworte; schlagwörter; kategorien; etiketten; stichworte; gruppen~; tags; merkmale; labels; schlagwort;
        kundengruppen
    """,
    "opening_balance": """
        saldo; eröffnungssaldo; anfangssaldo; offener betrag; offener saldo; eröffnungsbilanzwert; anfangsbestand;
        kontosaldo; offene forderung; offene forderungen; saldovortrag; eb wert; offener posten; kontostand~; endsaldo~;
        ausstehender betrag; debitorensaldo; saldo kunde; schlusssaldo~; offen~; forderung~; offen gesamt; vortrag?
    """,
    "opening_date": """
        saldodatum; saldo per; saldo zum; datum saldo; eröffnungsdatum?; stichtag?; datum des eröffnungssaldos;
        saldo am; saldo stichtag; datum eröffnungssaldo; datum anfangssaldo; per datum?; bilanzstichtag saldo
    """,
    "opening_currency": """
        währung; währungscode; währungskennzeichen; devise; waehrung; kontowährung; währungskürzel; saldowährung; whg
    """,
    "": """
        telefax; fax; faxnummer; fax nr; telefaxnummer; kreditlimit; kreditrahmen; limit; angelegt am; angelegt;
        erstellt; erstellt am; anlagedatum; geändert am; geändert; letzte änderung; erfasst am; erfassungsdatum;
        erstelldatum; angelegt von; änderungsdatum; eintrittsdatum; bank; bankverbindung; kontonummer; konto; blz;
        bankleitzahl; iban; bic; bankname; bankkonto; kontoinhaber; ansprechpartner; kontakt; kontaktperson; zu händen;
        z hd; zahlungsziel; zahlungsbedingungen; zahlungsart; zahlungsbedingung; zahlungsweise; rabatt; skonto; anrede;
        briefanrede; geschlecht; titel; position; funktion; beruf; abteilung; initialen; zweiter vorname; geburtsname;
        spitzname; namenszusatz; status; aktiv; inaktiv; betreuer; sachbearbeiter; kundenbetreuer; vertreter;
        verantwortlich; zuständig; mitarbeiter; steuerberater; inhaber; geschäftsführer; außendienst; branche; umsatz;
        mitarbeiterzahl; anzahl mitarbeiter; quelle; letzter kontakt; letzte rechnung; letzte zahlung; kunde seit;
        beginn; ende; wirtschaftsjahr; bilanzstichtag; gründungsdatum; todesdatum; geburtsort; geburtsland;
        staatsangehörigkeit; nationalität; familienstand; konfession; steuersatz; ust satz; mwst satz; steuerpflichtig;
        steuerschlüssel; newsletter; rechtsform; passwort; benutzername; datum; uhrzeit; betrag; summe; rechnungsnummer;
        vertragsnummer; auftragsnummer; bestellnummer; projekt; kennzeichen; reisepass; lieferadresse; lieferanschrift;
        überfällig; überfälliger betrag; stundensatz; suchname; suchbegriff; sortiername; matchcode; kurzname;
        ehepartner; freies feld; preis; preisliste; menge; sachkonto; filiale; niederlassung; finanzamt; alter;
        geburtsjahr; lieferantennummer; lieferant; soll; haben; werbung; mahnstufe; mahnsperre; kostenstelle;
        versicherungsnummer; postfach; gruppe; zeile; bild; foto; name 2; name 3; firma 2; lastschrift; mandatsreferenz;
        versandart; lieferbedingung; werbesperre; umsatz vorjahr; erledigt; geprüft
    """,
}
PERIPHERAL = """
    kunde; kunden; debitor; debitoren; mandant; mandanten; haupt; allgemein; allgemeine; rechnung; rechnungs;
    geschäftlich; geschäft; büro; privat; firmen; firma; dienstlich; zentrale; der; die; das; des; von; zum; für;
    standard; offiziell; post; arbeit; gesch; kontakt; am; in
"""
FOREIGN = """
    fax; liefer; lieferung; ehepartner; ehefrau; ehemann; partner; ansprechpartner; betreuer; lieferant; bank; limit;
    letzte; letzter; letztes; nächste; alte; frühere; anzahl; satz; pflichtig; status; angelegt; erstellt; geändert;
    vater; mutter; eltern; bürge; geschäftsführer; inhaber; mitarbeiter; sachbearbeiter; überfällig; vertrag;
    steuerberater; passwort; mahnung; verantwortlicher; gültig; ablauf; vermieter; mieter; notar; vertreter; versand
"""
SECOND = "zweite; zweiter; zweites; weitere; weiterer; andere; alternative; zusätzliche"
MINOR = "geschäftlich; büro; privat; dienstlich; rechnung; rechnungs; arbeit; gesch"
LEADING = "rechnungs; kunden; kunde; debitoren; debitor; mandanten; haupt; firmen; wohn; post; geschäfts"
LEADING_FOREIGN = "liefer; lieferanten; lieferungs; vertrags; bank; ehepartner; geburts; versand"
