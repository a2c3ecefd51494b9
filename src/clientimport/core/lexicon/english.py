"""English header words.

A field, or ``field+part``, and the headers that mean it; ``""`` are headers of what is no client field. ``~`` marks a
weaker alias, that yields to others; ``?`` one that needs its cells to be believed.
"""

ALIASES = {
    "kind": """
        client type; customer type; type of client; entity type; person or company; kind?; type; client kind;
        customer sub type; individual or company; party type
    """,
    "name": """
        name; full name; client; customer; client name; customer name; display name; name of client; name of customer;
        debtor; debtor name; party name; fullname; complete name; customer full name; account holder; member name;
        patient name
    """,
    "first_name": """
        first name; given name; forename; first; fname; christian name; firstname; name first; contact first name
    """,
    "last_name": """
        last name; surname; family name; last; lname; second name?; lastname; name last; contact last name
    """,
    "last_name+before": "name particle; surname prefix; last name prefix",
    "company_name": """
        company name; company; account name~; default address company; organisation; organization; organisation name;
        organization name; business name; trading name~; firm; employer~; legal name~; business~; company legal name;
        registered name~; trade name~
    """,
    "email": """
        email; e mail; email address; mail; mail address; emailid; email id; primary email; main email; email addr;
        contact email; e mail addr; general email; email primary
    """,
    "other_emails": """
        alternate email; alternative email; secondary email; other email; other emails; second email; additional email;
        alt email; additional emails; cc email; email alternate; backup email
    """,
    "phone": """
        phone; telephone; phone number; telephone number; tel; tel no; phone no; landline; land line; main phone;
        primary phone; contact number~; contact phone; telephone no; office phone; phones; phone numbers; fixed line;
        phone main; contact no~; fixed phone; landline number
    """,
    "mobile": """
        mobile; mobile phone; mobile number; cell; cell phone; cellphone; mobile no; cell number; mob; gsm;
        mobile telephone; phone mobile; whatsapp~; whatsapp number~; mob no; cellular; handphone; phone cell;
        mobilephone; telephone mobile
    """,
    "other_phones": """
        alternate phone; alternative phone; secondary phone; other phone; other phones; second phone; alt phone;
        additional phone; ddi; direct line; direct dial; ddi number; alternate number; phone alternate; evening phone
    """,
    "phone+country": """
        country code?; phone country code; dial code; dialling code; dialing code; phone country; country calling code;
        phone prefix; country dial code; international dialling code; calling code; phone cc
    """,
    "phone+area": "area code; phone area code; phone area; city code?; std code",
    "phone+number": "local number; subscriber number; phone local number; local phone number",
    "address": """
        address; street; street address; address line 1; address 1; street name; addr; addr1; address line;
        postal address; mailing address; mailing street; street 1; street line 1; full address~; bill address;
        home address~; address1; residential address; address line one; default address address 1; bill street;
        street and number; street and house number; registered address; registered office; correspondence address;
        addr line 1; po address line 1
    """,
    "address+number": "house number; house no; street number; building number; street no; house nr; number of house",
    "address+box": """
        box; apartment; apt; flat; unit; suite; apartment number; flat number; po box number; unit number
    """,
    "address_2": """
        address line 2; address 2; addr2; street 2; address line two; street line 2; extended address;
        address complement; additional address line; address supplement; addr line 2
    """,
    "address_2+line": "address line 3; address 3; addr3; address line 4; street 3; address 4",
    "postal_code": """
        postal code; post code; postcode; zip; zip code; zipcode; zip postal code; postal; postcode zip;
        zip code postal code; postalcode; zip post code; p code; post cd; zip cd
    """,
    "city": """
        city; town; city town; town city; locality; place?; municipality; post town; suburb~; place of residence;
        city name; village~; residence?
    """,
    "region": """
        region; state; province; county; state province; state region; county state; province state; state county;
        state or province; prefecture; canton; stateprovince; governorate; territory?
    """,
    "country": """
        country; country code; country region; country name; country of residence; ctry; nation; country iso;
        iso country; country iso code; country cd
    """,
    "language": """
        language; preferred language; lang; language code; locale; correspondence language; communication language;
        lang cd; spoken language; language preference
    """,
    "website": """
        website; web site; web page; webpage; homepage; url; www; website url; site~; web~; internet; web address;
        internet address; home page; company website; company url; domain name~; site url
    """,
    "birth_date": """
        date of birth; birth date; dob; birthday; birthdate; born; born on; d o b; birth day; day of birth
    """,
    "external_id": """
        number?; no?; nr?; code?; num?; key?; account number?; account no?; client number; customer number; client code;
        customer code; client id; customer id; account reference; account ref; id~; ref~; reference~; record id~;
        contact id; external id; client no; customer no; cust no; customer ref; client ref; cust id; client reference;
        customer reference; debtor number; debtor code; member number; membership number; debtor no; reference number~;
        ref no~; unique id~; client nr; file number~; case number~; matter number~; uuid~; guid~; record number~;
        relation number; customer account; account code~; contact code; tax client id~; patient number; short code~;
        cust code
    """,
    "vat_number": """
        vat number; vat no; vat; vat id; vat registration number; vat reg no; vat registration; vat code; eu vat number;
        vatin; vat identification number; vat reg; vat registration no; vat reg number; tva; btw; vat nr
    """,
    "company_number": """
        company number; company registration number; registration number~; company reg no; company no;
        enterprise number; crn; companies house number; company registration; chamber of commerce number;
        business number; abn; cro number; company id number; company reg number; registered number~;
        trade register number; commercial registration; commercial registration number; cr number; cr no; co reg no;
        business registration number; reg no~; company registration no
    """,
    "national_number": """
        national number; social security number; ssn; national insurance number; ni number; nino; national id;
        national register number; social security no; national id number; identity number; personal number; ni no;
        id card number; personal identification number; citizen service number; pps number; ppsn; ssn no
    """,
    "tax_number": """
        tax number; tax id; utr; tin; tax identification number; tax reference; unique taxpayer reference; utr number;
        tax no; ein; itin; fiscal number; tax registration number; tax file number; gstin; gst number; tax id number;
        tax ref; taxpayer id; gst identification number; trn; sa utr; federal tax id; fiscal code; tax identifier;
        resale number?
    """,
    "notes": """
        notes; note; remarks; remark; comments; comment; memo; description~; additional information; internal notes;
        free text; observations; notes and remarks
    """,
    "tags": "tags; tag; labels; label; keywords; categories; groups~; segments~; client tags; group membership~",
    "opening_balance": """
        owes~; owed~;         opening balance; balance; open balance; outstanding balance; account balance; amount due~; amount outstanding;
        balance due; outstanding~; current balance~; starting balance; amount owed; opening amount;
        balance brought forward; brought forward; outstanding amount; initial balance; receivable balance;
        balance total~; open amount~; balance owing; ob; opening bal; closing balance~; balance outstanding
    """,
    "opening_date": """
        opening balance date; balance date; opening date?; date of opening balance; balance as of;
        opening balance as of; as of date~; balance as at; as at date; opening balance as at; date of balance; ob date
    """,
    "opening_currency": """
        currency; currency code; opening balance currency; balance currency; curr; account currency; ccy;
        invoice currency; opening currency
    """,
    "": """
        fax; fax number; fax no; telefax; facsimile; credit limit; limit; cred lim; credit; max credit; created;
        created at; created on; created time; create date; created date; date created; date added; added on; crt dt;
        modified; updated; updated at; last updated; last modified; last modified time; modified on; deleted at;
        entry date; iban; bic; swift; swift code; bank; bank account; bank name; bank account number; sort code;
        routing number; bank account name; bank details; contact person; contact name; primary contact; main contact;
        contact; attention; attn; attention to; payment terms; terms; due days; payment method; payment term;
        price list; discount; discount rate; gender; sex; salutation; title; job title; position; function; role;
        department; designation; initials; middle name; middle initial; nickname; suffix; prefix; maiden name; status;
        active; is active; inactive; owner; account owner; contact owner; company owner; account manager; manager;
        sales rep; salesperson; responsible; assigned to; partner; staff; created by; modified by; relationship manager;
        industry; sector; revenue; annual revenue; turnover; employees; number of employees; lead source; source;
        campaign; last activity; last contact; last contacted; last invoice; last payment; client since; customer since;
        start date; end date; year end; incorporation date; date of incorporation; date account opened; account opened;
        join date; registration date; date of death; anniversary; place of birth; birth place; country of birth;
        nationality; marital status; vat rate; tax rate; vat scheme; vat treatment; vat liable; tax code; tax exempt;
        taxable; newsletter; opt in; opt out; email opt out; do not call; mailing list; password; login; user name;
        username; twitter; facebook; linkedin; skype; skype name; instagram; date; time; amount; total;
        number of invoices; invoice number; contract number; order number; po number; quote number; project;
        vehicle registration number; number plate; license plate; passport number; driving licence; total spent;
        total orders; overdue; overdue balance; overdue amount; hourly rate; budget; latitude; longitude; photo; image;
        attachment; attachments; password hash; legal form; company type; business type; accountant; plan; subscription;
        is offline; office location; office; branch; location; warehouse; exchange rate; opening balance exchange rate;
        search name; sort name; place of supply; age; year of birth; email type; phone type; address type;
        shipping address; delivery address; insurance number; policy number; profession; occupation; school; religion;
        debit; credit note; ytd; bill number; supplier number; vendor number; gl account; ledger account;
        general ledger account; product; price; quantity; weight; signature; check; checked; processed; done; row; line;
        card last4; unused credits; total balance overdue; default language; email sent; email verified; email status;
        phone verified; custom field; free field; spare; field
    """,
}
PERIPHERAL = """
    guest; member; primary; main; general; default; billing; bill; invoice; invoicing; legal; official; current; customer; client;
    contact; taxpayer; debtor; mailing; postal; work; business; office; company; home; private; personal; registered;
    individual; account; your; the; of; for; to; organisation; organization; person; cust; field; value; text; full;
    new; main office; residential
"""
"""Words that change nothing about what the rest of a header means."""
FOREIGN = """
    fax; shipping; ship; delivery; spouse; partner; manager; owner; supplier; vendor; employee; staff; father; mother;
    guarantor; emergency; previous; former; old; bank; limit; created; modified; updated; deleted; last; next; expiry;
    expires; expiration; opt; newsletter; marketing; verified; status; password; invoiced; overdue; rate; percent;
    accountant; referrer; assistant; secretary; responsible; sent; phonetic; yomi; type; count; contract; vehicle;
    spent; orders; exempt; death; bounced; director; signatory; parent; child; children; agent; broker; landlord;
    tenant; warehouse; assigned; consent; valid; hash; terms; treatment; skype; facebook; twitter; linkedin; unused;
    exchange
"""
"""Words that make a header somebody else's, or about something else."""
SECOND = "second; secondary; alternate; alternative; other; additional; alt; extra; backup"
"""Words for another one of the same."""
MINOR = "work; business; office; home; private; personal; billing; invoice; invoicing"
"""Words of a column that comes after the one without them."""
LEADING = ""
"""First halves of compounds that change nothing."""
LEADING_FOREIGN = ""
"""First halves of compounds that make them somebody else's."""
