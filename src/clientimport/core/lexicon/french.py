"""French header words.

A field, or ``field+part``, and the headers that mean it; ``""`` are headers of what is no client field. ``~`` marks a
weaker alias, that yields to others; ``?`` one that needs its cells to be believed.
"""

ALIASES = {
    "kind": """
        type de client; type client; genre de client; nature; type; nature du client; personne ou société;
        type de personne; catégorie juridique client; type de tiers; particulier ou professionnel
    """,
    "name": """
        nom; nom complet; nom du client; nom client; client; nom et prénom; prénom et nom; nom prénom; débiteur; tiers;
        nom du tiers; intitulé; prénom nom; nom affiché; intitulé du compte; nom du débiteur; patient; adhérent
    """,
    "first_name": "prénom; prénoms; prénom client; prénom du client; prenom usuel",
    "last_name": "nom de famille; nom famille; nom patronymique; patronyme; nom d usage; nom de naissance usuel",
    "company_name": """
        raison sociale; société; entreprise; dénomination; dénomination sociale; nom de la société; nom de l entreprise;
        nom société; nom commercial~; organisation; nom entreprise; organisme; firme; enseigne~; nom de la firme
    """,
    "email": """
        courriel; adresse e mail; adresse mail; adresse email; mail; e mail; adresse électronique; adresse courriel;
        mél; adresse de courriel; email client; courrier électronique; e mail principal; courriel principal
    """,
    "other_emails": """
        autre e mail; autre courriel; e mail secondaire; second e mail; deuxième e mail; courriel secondaire; e mail 2;
        autres e mails; autre adresse e mail
    """,
    "phone": """
        téléphone; tél; numéro de téléphone; n téléphone; téléphone fixe; tél fixe; fixe; no de téléphone;
        n de téléphone; téléphone principal; tel client; numéro de tél; num tel; num téléphone; ligne fixe;
        téléphone bureau; no tél; n tél
    """,
    "mobile": """
        portable; tél portable; téléphone portable; mobile; tél mobile; téléphone mobile; gsm; numéro de portable;
        n portable; numéro de gsm; numéro mobile; n gsm; natel; n mobile; numéro de mobile; cellulaire; no gsm
    """,
    "other_phones": """
        autre téléphone; second téléphone; deuxième téléphone; ligne directe; autre numéro; téléphone secondaire;
        autres téléphones; tél secondaire
    """,
    "phone+country": """
        code pays?; indicatif pays; indicatif?; indicatif téléphonique; indicatif international; préfixe pays;
        préfixe international
    """,
    "phone+area": "indicatif régional; préfixe?; zone téléphonique; indicatif local",
    "phone+number": "numéro local",
    "address": """
        adresse; rue; adresse postale; adresse 1; adresse ligne 1; voie; rue et numéro; adresse de facturation;
        adresse complète~; rue n; domicile; siège social; adresse du siège; rue numéro; libellé voie; adresse du client;
        nom de rue; adresse de correspondance; adresse facturation; nom de la rue; rue et n; ligne adresse 1
    """,
    "address+number": """
        numéro de rue; n rue; numéro de maison; n de maison; numéro voie; n voie; numéro dans la rue; num rue
    """,
    "address+box": "boîte; bte; boîte postale n; numéro de boîte; bt?; n boîte; appartement",
    "address_2": """
        complément d adresse; adresse 2; adresse ligne 2; complément adresse; adresse suite; complément?; suite adresse;
        ligne adresse 2
    """,
    "address_2+line": "adresse 3; adresse ligne 3; ligne adresse 3",
    "postal_code": "code postal; cp; c p; npa; code poste; codepostal; code post",
    "city": """
        ville; commune; localité; municipalité; ville commune; lieu?; bureau distributeur; localite; ville de résidence
    """,
    "region": "région; province; département; canton; état province?; dept",
    "country": "pays; code pays; pays iso; code iso pays; pays de résidence; nom du pays; code du pays",
    "language": """
        langue; code langue; langue de correspondance; langue préférée; langue de contact; langue de communication;
        langue du client; langue parlée
    """,
    "website": "site web; site internet; site~; page web; adresse web; url; url du site; site www",
    "birth_date": """
        date de naissance; né le; date naissance; ddn; naissance; anniversaire~; née le; né e le; date nais
    """,
    "external_id": """
        compte num~; num compte~; compaux num~; numéro?; n?; n client; numéro client; numéro de client; code client;
        no client; réf client; référence client; référence~; réf~; code tiers; identifiant~; n de client; id client;
        numéro de dossier~; num client; identifiant client; n dossier~; code débiteur; numéro débiteur; compte client;
        compte tiers; compte auxiliaire; n compte client; matricule~; numéro d adhérent; code du client; ref dossier;
        clé client; n débiteur; numéro de tiers
    """,
    "vat_number": """
        numéro de tva; n tva; tva; tva intracommunautaire; n tva intracommunautaire; numéro tva; no tva;
        numéro de tva intracommunautaire; tva intra; n de tva; id tva; numéro tva intracommunautaire; n tva intra;
        num tva; identifiant tva; numéro d identification tva; code tva intracommunautaire
    """,
    "company_number": """
        numéro d entreprise; n entreprise; siren; siret; numéro siren; numéro siret; n siret; n siren; bce; numéro bce;
        n d entreprise; rcs; numéro rcs; ide; numéro ide; no entreprise; numéro entreprise; n bce; code siret;
        code siren; num entreprise; no siret; registre de commerce; n rcs
    """,
    "national_number": """
        numéro national; n national; registre national; numéro de registre national; numéro de sécurité sociale; niss;
        nir; n registre national; n de sécurité sociale; n avs; avs; no national; numéro registre national; numéro niss;
        n niss; numéro sécu; num national; n sécurité sociale
    """,
    "tax_number": """
        numéro fiscal; n fiscal; identifiant fiscal; numéro d identification fiscale; matricule fiscal;
        matricule fiscale; if?; id fiscal; référence fiscale; code fiscal
    """,
    "notes": """
        remarques; remarque; commentaires; commentaire; notes; note; observations; observation; mémo;
        informations complémentaires; annotation; annotations; description~; divers?
    """,
    "tags": "étiquettes; étiquette; mots clés; mot clé; libellés; catégories; groupes~; tags; groupes de clients",
    "opening_balance": """
        solde; solde d ouverture; solde initial; solde client; montant dû; solde dû; encours~; à nouveau;
        report à nouveau; solde ouvert; solde restant dû; solde de départ; reste à payer; solde comptable;
        solde débiteur; montant restant dû; solde du client; solde final~; impayé total~; restant dû; reste dû;
        solde eur
    """,
    "opening_date": """
        date du solde; date solde; date d ouverture?; date du solde d ouverture; solde au; date de solde;
        date d ouverture du solde; date solde initial; date du solde initial; date d arrêté; arrêté au;
        date solde ouverture
    """,
    "opening_currency": """
        devise; monnaie; code devise; devise du solde; devise client; code monnaie; devise solde; devise du client
    """,
    "": """
        télécopie; télécopieur; fax; n fax; numéro de fax; plafond de crédit; limite de crédit; encours autorisé;
        encours maximum; encours max; crédit; plafond; date de création; créé le; date création; modifié le;
        date de modification; date d entrée; créé par; dernière modification; rib; compte bancaire; numéro de compte;
        n de compte; banque; iban; bic; n compte; no de compte; code banque; domiciliation; contact;
        personne de contact; nom du contact; interlocuteur; à l attention de; conditions de paiement; mode de règlement;
        mode de paiement; délai de paiement; échéance; remise; taux de remise; civilité; sexe; titre; fonction;
        profession; métier; service; initiales; deuxième prénom; nom de jeune fille; nom de naissance; surnom; statut;
        actif; inactif; gestionnaire; gestionnaire de dossier; responsable; commercial; vendeur; comptable;
        collaborateur; associé; gérant; représentant; propriétaire; chargé de clientèle; secteur; secteur d activité;
        activité; code naf; naf; ape; code ape; code nace; chiffre d affaires; ca; effectif; nombre de salariés; source;
        origine; dernier contact; dernière facture; dernier paiement; client depuis; date de début; date de fin;
        clôture; date de clôture; exercice; date de constitution; date de décès; lieu de naissance; pays de naissance;
        nationalité; état civil; situation familiale; taux tva; taux de tva; assujetti tva; assujetti; régime tva;
        régime de tva; code tva; newsletter; lettre d information; forme juridique; mot de passe;
        identifiant de connexion; date; heure; montant; total; numéro de facture; n facture; numéro de contrat;
        n contrat; numéro de commande; bon de commande; projet; plaque; immatriculation; passeport;
        adresse de livraison; cp livraison; ville livraison; solde échu; impayés; taux horaire; tarif; conjoint;
        champ libre; clé; photo; prix; quantité; compte comptable; compte général; numéro de compte comptable; âge;
        année de naissance; fournisseur; n fournisseur; code fournisseur; débit; mandat; numéro de police;
        établissement; agence; bureau; rang; ligne; actif inactif; type d adresse; état; école; facturé; payé; ca n 1;
        point de vente; solde en retard
    """,
}
PERIPHERAL = """
    client; clients; principal; principale; facturation; facture; facturer; de; du; des; la; le; les; l; d; société;
    travail; bureau; professionnel; professionnelle; privé; privée; personnel; personnelle; domicile; siège; officiel;
    contact; débiteur; pour; postale; entreprise; pro; votre; perso; à; en
"""
FOREIGN = """
    fax; livraison; conjoint; conjointe; gérant; gestionnaire; comptable; fournisseur; banque; limite; plafond;
    dernier; dernière; prochain; prochaine; ancien; ancienne; création; modification; décès; nombre; taux; assujetti;
    statut; responsable; père; mère; parent; enfant; garant; partenaire; employeur; échu; autorisé; contrat; lettre;
    propriétaire; notaire; mandat; représentant; vendeur; immatriculation; échéance; interlocuteur
"""
SECOND = "second; seconde; deuxième; autre; autres; secondaire; supplémentaire"
MINOR = """
    travail; bureau; professionnel; professionnelle; privé; privée; personnel; personnelle; domicile; facturation;
    facture; pro; perso
"""
LEADING = ""
LEADING_FOREIGN = ""
