"""Dutch and Flemish header words.

A field, or ``field+part``, and the headers that mean it; ``""`` are headers of what is no client field. ``~`` marks a
weaker alias, that yields to others; ``?`` one that needs its cells to be believed.
"""

ALIASES = {
    "kind": """
        soort klant; klanttype; type klant; soort; soort relatie; klantsoort; type relatie; persoon of bedrijf; aard;
        type persoon; particulier of bedrijf; relatietype; soort persoon
    """,
    "name": """
        naam; volledige naam; klantnaam; klant; naam klant; debiteur; debiteurnaam; naam debiteur; relatie?;
        relatienaam; weergavenaam; naam relatie; naam en voornaam; naam voornaam; voornaam naam; voornaam en naam;
        voor en achternaam; cliënt; naam cliënt; cliëntnaam; voornaam en achternaam; afnemer; wie?; patiëntnaam;
        naam van de klant; lid; naam lid
    """,
    "first_name": "voornaam; roepnaam; voornamen; voorn; voornaam klant; voornaam 1",
    "last_name": "achternaam; familienaam; geslachtsnaam; fam naam; familie naam; achter naam; famnaam",
    "last_name+before": "tussenvoegsel; voorvoegsel; tussenvoegsels; tussenv; tv?; voorvoegsels",
    "company_name": """
        bedrijfsnaam; bedrijf; firma; firmanaam; organisatie; organisatienaam; onderneming; vennootschap; handelsnaam~;
        maatschappelijke benaming; naam bedrijf; vennootschapsnaam; benaming; naam vennootschap; ondernemingsnaam;
        naam onderneming; statutaire naam; naam firma; zaak~; naam organisatie; naam zaak~
    """,
    "email": """
        e mailadres; emailadres; mailadres; e mail; mail; email adres; elektronisch adres; algemeen e mailadres;
        e mail klant; emailadres klant; hoofd e mail; facturatie e mail; e post; mail adres; factuurmail
    """,
    "other_emails": """
        tweede e mail; tweede e mailadres; ander e mailadres; extra e mail; alternatief e mailadres;
        bijkomend e mailadres; e mail cc; overige e mailadressen
    """,
    "phone": """
        telefoon; telefoonnummer; telefoonnr; telefoon nr; tel; tel nr; telnr; vaste telefoon; vaste lijn; tel vast;
        telefoon vast; telefoon overdag; vast nummer; vast telefoonnummer; algemeen telefoonnummer; telf; tel nummer;
        telefoon werk; telefoon klant
    """,
    "mobile": """
        gsm; gsm nummer; gsmnummer; mobiel; mobiel nummer; mobiele telefoon; mobiel telefoonnummer; gsm nr; gsmnr;
        06 nummer; 06; mobielnummer; tel mobiel; telefoon mobiel; tel gsm; mob; mobieltje; draagbare telefoon; handy~
    """,
    "other_phones": """
        tweede telefoon; ander telefoonnummer; extra telefoon; tweede telefoonnummer; rechtstreeks nummer;
        doorkiesnummer; telefoon avond; tweede gsm; bijkomend telefoonnummer
    """,
    "phone+country": """
        landcode?; landnummer; landnummer telefoon; landencode telefoon; telefoon landcode; landcode telefoon;
        internationaal prefix; landkengetal
    """,
    "phone+area": "zone?; zonenummer; netnummer; kengetal; zone nr",
    "phone+number": "abonneenummer; lokaal nummer",
    "address": """
        adres; straat; straatnaam; straat en nummer; straat nr; straat en nr; straat huisnummer; straat en huisnummer;
        adresregel 1; adres 1; adresregel; straat nummer; bezoekadres; postadres; woonadres; domicilie; adreslijn 1;
        adreslijn; vestigingsadres; maatschappelijke zetel; zetel; correspondentieadres; thuisadres; adres lijn 1;
        volledig adres~
    """,
    "address+number": "huisnummer; huisnr; huis nr; straatnummer; nr huis; huis nummer; hnr; huisnum",
    "address+box": """
        bus; busnummer; bus nr; busnr; toevoeging; huisnummer toevoeging; huisnummertoevoeging; postbus nr; toev
    """,
    "address_2": """
        adresregel 2; adres 2; adreslijn 2; adres vervolg; adres aanvulling; extra adresregel; adres lijn 2
    """,
    "address_2+line": "adresregel 3; adres 3; adreslijn 3",
    "postal_code": "postcode; postnummer; postnr; pc; post code; postkode; post nr; zip; postc; pcode",
    "city": """
        plaats; woonplaats; gemeente; stad; plaatsnaam; vestigingsplaats; deelgemeente; bezoekplaats; localiteit;
        postplaats; gem; wpl; stad gemeente; gemeente stad; dorp?
    """,
    "region": "provincie; regio; gewest; prov; streek?; deelstaat",
    "country": """
        land; landcode; land code; landnaam; iso land; land iso; landen; land van vestiging; vestigingsland; woonland;
        landkode; isocode land
    """,
    "language": """
        taal; taalcode; voorkeurstaal; correspondentietaal; spreektaal; communicatietaal; taalkeuze; taal code;
        taal klant; taalkode
    """,
    "website": """
        website; webstek; webadres; webpagina; internetadres; site~; homepage; web site; internet~; url; webs;
        internetsite
    """,
    "birth_date": """
        geboortedatum; geb datum; geboren op; geboren; geboortedag; geb dat; geb; datum geboorte; gebdatum; verjaardag~;
        gebdat
    """,
    "external_id": """
        nummer?; klantnummer; klantnr; klant nr; klantcode; klant nummer; debiteurnummer; debiteurnr; debiteurennummer;
        relatienummer; relatienr; relatiecode; klantreferentie; referentie~; klant id; klantid; cliëntnummer;
        dossiernummer~; dossiernr~; kenmerk~; debnr; debiteurcode; nummer klant; lidnummer; klantenreferentie;
        extern id; dossier nr~; cliëntnr; lidnr; cliëntcode; klantenkaart; klantcode extern; debiteuren nr;
        klantkenmerk; afnemersnummer; dossiercode~; uniek nummer~; volgnummer klant; deb nr; rel nr; relatie nr;
        patiëntnummer
    """,
    "vat_number": """
        btw nummer; btw nr; btw; btwnummer; btw id; btw identificatienummer; btwnr; btw code; btw id nummer; btwid;
        intracommunautair btw nummer; btw registratienummer; btwcode
    """,
    "company_number": """
        ondernemingsnummer; kbo; kbo nummer; kvk; kvk nummer; kvk nr; ondernemingsnr; handelsregisternummer; rpr;
        rpr nummer; kbo nr; kvknummer; kvknr; kamer van koophandel; bedrijfsnummer; ondern nr; hr nummer;
        inschrijvingsnummer kvk; nummer kamer van koophandel; ond nr; on?
    """,
    "national_number": """
        rijksregisternummer; rijksregisternr; rrn; bsn; burgerservicenummer; nationaal nummer; insz; insz nummer;
        sofinummer; rijksregister; identificatienummer rijksregister; rr nummer; rr nr; rijksreg nr; bsn nummer;
        bis nummer; rijksreg; bsnnummer; rijksregister nr; rrnr
    """,
    "tax_number": """
        fiscaal nummer; belastingnummer; fiscaal identificatienummer; rsin; fiscaalnummer; loonbelastingnummer; tin;
        fiscaal id
    """,
    "notes": """
        opmerkingen; opmerking; notities; notitie; nota; nota s; memo; bemerkingen; commentaar; opm; toelichting;
        bijzonderheden; vrije tekst; omschrijving~; bemerking; aantekeningen; info?
    """,
    "tags": """
        trefwoorden; tags; labels; label; categorieën; groepen~; kenmerken~; etiketten; klantgroepen; trefwoord;
        sleutelwoorden
    """,
    "opening_balance": """
        saldo; openingssaldo; beginsaldo; openstaand saldo; openstaand bedrag; openstaand~; openstaande saldo;
        klantsaldo; openingsbalans; te betalen saldo; eindsaldo~; saldo klant; open saldo; saldo openstaand;
        beginbalans; nog te betalen; verschuldigd saldo; saldo debiteur; open bedrag~; open staand; saldo eur;
        debiteurensaldo; bedrag openstaand; schuld?; aanvangssaldo; nog openstaand; totaal openstaand~
    """,
    "opening_date": """
        saldodatum; datum saldo; openingsdatum?; datum openingssaldo; datum beginsaldo; saldo per; saldo op; peildatum~;
        saldo per datum; per datum?; datum openingsbalans; saldo dd; beginsaldo datum; openingssaldo datum; balansdatum?
    """,
    "opening_currency": """
        munt; valuta; munteenheid; muntcode; valutacode; munt code; munt saldo; valuta saldo; deviezen; muntsoort
    """,
    "": """
        faxnummer; fax nr; kredietlimiet; kredietplafond; limiet; krediet; aanmaakdatum; aangemaakt; aangemaakt op;
        aangemaakt door; gewijzigd; gewijzigd op; laatst gewijzigd; wijzigingsdatum; datum aanmaak; invoerdatum;
        gecreëerd; inschrijvingsdatum; toegevoegd op; rekeningnummer; rekening; bankrekening; bankrekeningnummer;
        bankrekeningnr; banknummer; bank; rek nr; reknr; contactpersoon; contact; contactnaam; naam contactpersoon;
        t a v; tav; ter attentie van; betalingstermijn; betaaltermijn; betalingsvoorwaarden; betaalwijze;
        betalingswijze; betalingsconditie; vervaldagen; korting; kortingspercentage; geslacht; aanspreking; aanhef;
        titel; functie; beroep; afdeling; voorletters; initialen; tweede voornaam; meisjesnaam; bijnaam; status; actief;
        inactief; dossierbeheerder; dossiermedewerker; dossiermedewerkers; accountmanager; vertegenwoordiger; verkoper;
        beheerder; verantwoordelijke; boekhouder; medewerker; behandelaar; eigenaar; vennoot; zaakvoerder; bestuurder;
        relatiebeheerder; accountant; branche; sector; activiteit; nace; nacecode; nace code; sbi code; omzet;
        aantal werknemers; aantal medewerkers; personeel; bron; herkomst; laatste contact; laatste factuur;
        laatste betaling; laatste bezoek; klant sinds; startdatum; einddatum; boekjaar; einde boekjaar; afsluitdatum;
        oprichtingsdatum; datum oprichting; overlijdensdatum; geboorteplaats; geboorteland; nationaliteit;
        burgerlijke staat; burgerlijke stand; btw tarief; btw percentage; btw plichtig; btw stelsel; btw regime;
        btw aangifte; btw soort; btw type; btw periodiciteit; nieuwsbrief; mailing; rechtsvorm; vorm; vennootschapsvorm;
        wachtwoord; gebruikersnaam; datum; tijd; bedrag; totaal; factuurnummer; contractnummer; ordernummer;
        bestelnummer; offertenummer; project; nummerplaat; kenteken; paspoortnummer; rijbewijs; aantal facturen;
        vervallen saldo; vervallen bedrag; achterstallig; uurtarief; tarief; budget; zoeknaam; zoekcode; sorteernaam;
        leveringsadres; leveradres; afleveradres; afleverpostcode; afleverplaats; vrij veld; vrijveld; kleur;
        nr boekhouding; boekhoudsoftware; boekhoudpakket; prijs; prijslijst; artikel; aantal; partner; echtgenoot;
        kinderen; lidgeld; handtekening; verwerkt; gecontroleerd; leeftijd; geboortejaar; leveranciersnummer;
        leverancier; grootboekrekening; grootboek; debet; credit; e mail verzonden; postbus; vestiging;
        vestigingsnummer; kantoor; filiaal; groep; klasse; reden; verzekeringsnummer; polisnummer; school; opvolging;
        opvolgen; afspraak; bijlage; foto; btw bedrag; totaal gefactureerd; gefactureerd; betaald; marge; incasso;
        mandaat; machtiging; domiciliëring; regel; rij; aangifte; mandaten; peppol; peppol id; verjaardagskaart
    """,
}
PERIPHERAL = """
    klant; klanten; cliënt; debiteur; debiteuren; relatie; hoofd; algemeen; algemene; standaard; factuur; facturatie;
    facturen; werk; zakelijk; zakelijke; kantoor; bedrijf; thuis; privé; prive; persoonlijk; persoonlijke; van; de;
    het; voor; op; vast; post; bezoek; vestiging; huidig; officieel; je; uw; vennootschap; contact; in; zetel;
    maatschappelijke
"""
FOREIGN = """
    levering; leverings; aflever; lever; partner; echtgenoot; echtgenote; zaakvoerder; contactpersoon;
    contactpersonen; boekhouder; dossierbeheerder; medewerker; leverancier; bank; limiet; vervallen; laatste; laatst;
    volgende; vorige; oude; oud; aantal; nieuwsbrief; verzonden; beheerder; vader; moeder; ouder; borg; wachtwoord;
    plichtig; tarief; percentage; status; aangemaakt; gewijzigd; verantwoordelijke; bestuurder; vervaldatum; eigenaar;
    werkgever; verhuurder; huurder; notaris; overlijden; kredietlimiet; accountmanager; voorwaarden; mandaat;
    contract; gezinslid; erfgenaam
"""
SECOND = "tweede; andere; ander; extra; alternatief; bijkomend; overige"
MINOR = "werk; zakelijk; zakelijke; kantoor; thuis; privé; prive; persoonlijk; factuur; facturatie; facturen"
LEADING = """
    domicilie; factuur; facturatie; klanten; klant; debiteuren; debiteur; relatie; hoofd; vestigings; bezoek; post; cliënt; woon;
    bedrijfs; firma
"""
LEADING_FOREIGN = "leverings; levering; aflever; lever; partner; leveranciers; contract; bank; geboorte"
