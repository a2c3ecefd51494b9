"""Spanish header words.

A field, or ``field+part``, and the headers that mean it; ``""`` are headers of what is no client field. ``~`` marks a
weaker alias, that yields to others; ``?`` one that needs its cells to be believed.
"""

ALIASES = {
    "kind": """
        tipo de cliente; tipo cliente; tipo; tipo de persona; tipo de tercero; persona o empresa; clase de cliente;
        naturaleza
    """,
    "name": """
        nombre completo; nombre del cliente; nombre cliente; cliente; nombre y apellidos; apellidos y nombre; deudor;
        nombre o razón social; tercero; nombre; razón social o nombre; nombre del deudor; socio; nombre mostrado;
        paciente
    """,
    "first_name": "nombre; nombre de pila; nombres; primer nombre; nombre persona",
    "last_name": "apellidos; apellido; apellido s; primer apellido; apellido paterno; apellidos cliente",
    "last_name+after": "segundo apellido; apellido materno; apellido 2; 2 apellido",
    "company_name": """
        razón social; empresa; nombre de la empresa; sociedad; compañía; nombre comercial~; denominación social;
        nombre empresa; organización; denominación; nombre fiscal; entidad?; negocio?; nombre de la compañía
    """,
    "email": """
        correo electrónico; correo; e mail; dirección de correo; mail; email; correo e; dirección de correo electrónico;
        correo principal; correo de contacto; dirección email; email de facturación; correo electrónico principal
    """,
    "other_emails": """
        otro correo; correo secundario; segundo correo; correo alternativo; otro email; email secundario; otros correos;
        correo electrónico 2
    """,
    "phone": """
        teléfono; tfno; telf; tel; número de teléfono; teléfono fijo; fijo; tlf; nº teléfono; tlfno;
        teléfono de contacto; n teléfono; teléfono principal; no de teléfono; teléfono fijo 1; num teléfono;
        número telefónico; tel fijo; teléfono casa; teléfono oficina
    """,
    "mobile": """
        móvil; teléfono móvil; celular; número de móvil; tfno móvil; telf móvil; n móvil; teléfono celular; tlf móvil;
        num móvil; número móvil; tel móvil; movil 1; nº móvil; número de celular; whatsapp
    """,
    "other_phones": """
        otro teléfono; segundo teléfono; teléfono alternativo; teléfono secundario; otros teléfonos; teléfono 2;
        línea directa
    """,
    "phone+country": """
        código de país?; código país?; prefijo país; prefijo internacional; código telefónico del país;
        código de país teléfono; prefijo internacional teléfono
    """,
    "phone+area": "prefijo?; código de área; prefijo provincial; lada",
    "phone+number": "número local",
    "address": """
        dirección; domicilio; calle; dirección postal; dirección fiscal; domicilio fiscal; dirección 1;
        dirección línea 1; calle y número; vía; dirección de facturación; nombre de la vía; domicilio social;
        línea de dirección 1; direccion completa; calle número; nombre calle; calle y nº
    """,
    "address+number": """
        número de calle; número exterior; num ext; número de casa; nº calle; número de vía; número vía; no exterior;
        n calle
    """,
    "address+box": """
        piso; puerta; piso puerta; número interior; num int; escalera; no interior; departamento n; bloque?
    """,
    "address_2": """
        dirección 2; dirección línea 2; complemento de dirección; resto dirección; línea de dirección 2; colonia?;
        complemento dirección; datos adicionales dirección
    """,
    "address_2+line": "dirección 3; dirección línea 3",
    "postal_code": "código postal; c p; cp; cód postal; codigopostal; cod postal; c postal; código post",
    "city": "población; ciudad; localidad; municipio; pueblo; ciudad localidad; pobl; ciudad población; loc",
    "region": """
        provincia; comunidad autónoma; estado provincia; región; prov; estado; comunidad; departamento provincia;
        entidad federativa
    """,
    "country": """
        país; código país; código de país; país de residencia; cod país; nombre del país; nación; país iso; país código
    """,
    "language": """
        idioma; lengua; idioma preferido; código idioma; código de idioma; idioma de contacto; idioma cliente
    """,
    "website": "página web; web~; sitio web; url; dirección web; pág web; sitio~; página de internet; página",
    "birth_date": """
        fecha de nacimiento; fecha nacimiento; nacimiento; f nacimiento; f nac; nacido el; fec nacimiento; fecha nac;
        fnac; cumpleaños~; fecha de nac; fec nac; día de nacimiento
    """,
    "external_id": """
        cód~; cod~; número?; código cliente; código de cliente; nº cliente; número de cliente; n cliente; cód cliente;
        id cliente; referencia~; ref cliente; número cliente; código~; identificador~; referencia cliente;
        cuenta cliente; clave cliente; no cliente; num cliente; clave~; id del cliente; cod cliente; nº de cliente;
        expediente~; n de cliente; ref~; código tercero; número de socio; nº socio; código deudor; subcuenta~;
        no de cliente; nº expediente; código del cliente; num socio; código externo
    """,
    "vat_number": """
        nif; cif; nif cif; cif nif; número de iva; nif iva; n iva; vat; nº iva; n i f; c i f; número iva;
        iva intracomunitario; nif intracomunitario; nif dni; cif nif dni; nif cif dni; número de identificación fiscal;
        nº nif; nif intra; nif cliente; nif vat; dni cif; id iva
    """,
    "company_number": """
        registro mercantil; número de registro?; número de empresa; nº registro mercantil; número registro mercantil;
        nº de registro mercantil; número mercantil; inscripción registral
    """,
    "national_number": """
        dni; nie; dni nie; documento de identidad; curp; nº documento; cédula; cédula de identidad;
        número de seguridad social; documento nacional de identidad; nº dni; seguridad social; nss; número documento;
        número de documento; número de dni; núm documento; dni nie pasaporte; cédula ciudadanía; dni cliente;
        nº seguridad social
    """,
    "tax_number": """
        rfc; rut; ruc; cuit; nit; número fiscal; identificación fiscal; id fiscal; identificador fiscal; código fiscal;
        identificación tributaria; número de identificación tributaria; nº fiscal; rut cliente
    """,
    "notes": """
        observaciones; notas; comentarios; nota; comentario; observación; anotaciones; descripción~;
        información adicional; apuntes; detalles?
    """,
    "tags": "etiquetas; etiqueta; categorías; grupos~; palabras clave; palabra clave; segmentos",
    "opening_balance": """
        saldo; saldo inicial; saldo de apertura; saldo pendiente; importe pendiente; saldo cliente; deuda~;
        pendiente de cobro; saldo apertura; saldo deudor; monto adeudado; pendiente~; deuda pendiente; saldo actual~;
        importe adeudado; total pendiente; saldo final~; pendiente cobro; saldo del cliente; saldo contable
    """,
    "opening_date": """
        fecha saldo; fecha del saldo; fecha de apertura?; fecha saldo inicial; saldo a fecha; fecha del saldo inicial;
        fecha de saldo; fecha apertura?; fecha saldo apertura; saldo al; saldo a; fecha de corte
    """,
    "opening_currency": """
        moneda; divisa; código moneda; código de moneda; tipo de moneda; moneda del saldo; código divisa; moneda saldo
    """,
    "": """
        fax; nº fax; número de fax; límite de crédito; límite crédito; crédito; riesgo; riesgo máximo; fecha de alta;
        fecha alta; fecha creación; fecha de creación; creado; creado el; fecha modificación; fecha de modificación;
        última modificación; modificado; fecha de baja; fecha baja; creado por; f alta; fecha registro;
        fecha de registro; banco; cuenta bancaria; número de cuenta; iban; bic; cuenta corriente; ccc; nº cuenta;
        cuenta; swift; nombre del banco; contacto; persona de contacto; nombre de contacto; nombre contacto;
        a la atención de; atención; forma de pago; condiciones de pago; plazo de pago; días de pago; descuento; sexo;
        género; tratamiento; título; cargo; puesto; profesión; departamento; iniciales; segundo nombre; apodo; estado;
        activo; inactivo; responsable; comercial; gestor; asesor; vendedor; agente; administrador; propietario;
        representante; contable; empleado; estatus; estado del cliente; gerente; sector; actividad; cnae; facturación;
        ventas; empleados; número de empleados; origen; último contacto; última factura; último pago; cliente desde;
        fecha inicio; fecha fin; ejercicio; cierre; fecha de constitución; fecha de defunción; lugar de nacimiento;
        país de nacimiento; nacionalidad; estado civil; tipo iva; tipo de iva; régimen iva; régimen de iva; recargo;
        recargo de equivalencia; boletín; forma jurídica; contraseña; usuario; fecha; hora; importe; total;
        número de factura; nº factura; número de contrato; nº contrato; número de pedido; pedido; proyecto; matrícula;
        pasaporte; dirección de envío; dirección de entrega; envío; saldo vencido; vencido; tarifa; precio hora;
        cónyuge; campo libre; precio; lista de precios; cantidad; cuenta contable; sucursal; oficina; giro; edad;
        año de nacimiento; proveedor; código proveedor; debe; haber; vencimiento; retención; irpf; número de póliza;
        grupo; ruta; zona; transportista; foto; ventas acumuladas; fila; epígrafe; iae; mandato
    """,
}
PERIPHERAL = """
    cliente; clientes; principal; facturación; factura; de; del; la; el; los; las; empresa; trabajo; oficina;
    personal; particular; casa; fiscal; contacto; deudor; postal; general; su; a; en; laboral; profesional
"""
FOREIGN = """
    fax; envío; entrega; cónyuge; gestor; comercial; proveedor; banco; límite; último; última; próximo; anterior;
    alta; baja; creación; modificación; defunción; tipo; régimen; padre; madre; hijo; avalista; vencido; contrato;
    estado; responsable; agente; socio; contraseña; representante; propietario; vencimiento; empleado; asesor;
    administrador; notario; activo
"""
SECOND = "segundo; segunda; otro; otra; otros; secundario; alternativo; adicional"
MINOR = "trabajo; oficina; personal; particular; casa; facturación; factura; laboral; profesional"
LEADING = ""
LEADING_FOREIGN = ""
