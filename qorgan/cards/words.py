"""Closed lists of an incident card that no act gives: the product's own words in three languages."""

from __future__ import annotations

from qorgan.law.labels import Labelled


class Status(Labelled):
    """How far the matter has gone at the institution."""

    SUSPECTED = "suspected", "күдік бар", "подозрение", "suspected"
    ONGOING = "ongoing", "жалғасуда", "продолжается", "ongoing"
    CONTAINED = "contained", "оқшауланды", "локализован", "contained"
    RESOLVED = "resolved", "жойылды", "устранён", "resolved"


class Outcome(Labelled):
    """Whether the attacker reached the aim."""

    ATTEMPT = "attempt", "әрекет қана, нәтижесіз", "попытка, без результата", "an attempt, without effect"
    ACCOMPLISHED = "accomplished", "жүзеге асты", "состоялся", "accomplished"
    UNKNOWN = "unknown", "әзірге белгісіз", "пока неизвестно", "not known yet"


class Discovery(Labelled):
    """How it came to be known."""

    MONITORING = "monitoring", "қорғау құралдары", "средства защиты", "security monitoring"
    EMPLOYEE = "employee", "қызметкердің хабарламасы", "сообщение работника", "an employee's report"
    CLIENT = "client", "клиенттің хабарламасы", "сообщение клиента", "a client's report"
    PARTNER = "partner", "әріптестің немесе жеткізушінің хабарламасы", "сообщение партнёра или поставщика", "a partner"
    AUTHORITY = "authority", "мемлекеттік органның хабарламасы", "сообщение государственного органа", "an authority"
    CHECK = "check", "тексеру немесе сынақ", "проверка или тест", "a check or a test"
    OTHER = "other", "басқаша", "иначе", "in another way"


class Vector(Labelled):
    """Where the attack came from."""

    EXTERNAL = "external", "сырттан", "извне", "from outside"
    INTERNAL = "internal", "іштен", "изнутри", "from inside"
    BOTH = "both", "сырттан да, іштен де", "извне и изнутри", "from both"
    UNKNOWN = "unknown", "әзірге белгісіз", "пока неизвестно", "not known yet"


class Channel(Labelled):
    """By which way the incident was told first (R48I.3, R48I.3-fallback)."""

    ASOI = "asoi", "ААӨЖ арқылы", "через АСОИ", "through ASOI"
    TRANSPORT = (
        "transport",
        "ақпаратты кепілді жеткізудің тасымалдау жүйесі арқылы",
        "через транспортную систему гарантированной доставки информации",
        "through the guaranteed-delivery transport system",
    )
    PHONE = "phone", "телефонмен және ресми хатпен", "по телефону и официальным письмом", "by phone and official letter"


class AttackKind(Labelled):
    """What was done, which decides the technical details that are asked for."""

    DDOS = "ddos", "қызмет көрсетуден бас тарту", "отказ в обслуживании", "denial of service"
    SCAN = "scan", "желілік сканерлеу", "сетевое сканирование", "network scanning"
    MALWARE = "malware", "зиянды бағдарлама", "вредоносная программа", "malicious software"
    PHISHING = "phishing", "фишинг", "фишинг", "phishing"
    EXPLOIT = "exploit", "осалдықты пайдалану", "эксплуатация уязвимости", "exploited vulnerability"
    ACCESS = "access", "рұқсатсыз кіру", "несанкционированный доступ", "unauthorised access"
    TRANSFER = "transfer", "санкциясыз аудару", "несанкционированный перевод", "unauthorised transfer"
    OTHER = "other", "басқа", "иное", "other"


class IndicatorType(Labelled):
    """What an indicator of compromise is."""

    ADDRESS = "address", "IP-мекенжай", "IP-адрес", "IP address"
    DOMAIN = "domain", "домен", "домен", "domain"
    URL = "url", "URL", "URL", "URL"
    HASH = "hash", "файл хэші", "хэш файла", "file digest"
    EMAIL = "email", "жіберуші пошта", "почта отправителя", "sender's e-mail"
    FILE = "file", "файл атауы", "имя файла", "file name"
    ACCOUNT = "account", "шабуылдаушының есептік жазбасы", "учётная запись атакующего", "attacker's account"
    OTHER = "other", "басқа", "иное", "other"


class Quality(Labelled):
    """What of the data was lost."""

    AVAILABILITY = "availability", "қолжетімділік", "доступность", "availability"
    AUTHENTICITY = "authenticity", "түпнұсқалық", "подлинность", "authenticity"
    INTEGRITY = "integrity", "тұтастық", "целостность", "integrity"
    CONFIDENTIALITY = "confidentiality", "құпиялылық", "конфиденциальность", "confidentiality"


class Figures(Labelled):
    """How sure the numbers are."""

    ESTIMATE = "estimate", "бағалау", "оценка", "estimate"
    ACTUAL = "actual", "нақты", "фактические", "actual"


class Body(Labelled):
    """Who else was told."""

    NCCIB = "nccib", "АҚҰҮО, KZ-CERT", "НКЦИБ, KZ-CERT", "NCCIB, KZ-CERT"
    POLICE = "police", "құқық қорғау органдары", "правоохранительные органы", "police"
    PERSONAL_DATA = (
        "personal-data",
        "дербес деректерді қорғау органы",
        "орган по защите персональных данных",
        "personal-data authority",
    )
    ANTIFRAUD = (
        "antifraud",
        "Ұлттық Банктің антифрод-орталығы",
        "антифрод-центр Национального Банка",
        "antifraud centre of the National Bank",
    )
    CLIENTS = "clients", "клиенттер", "клиенты", "clients"
    OTHER = "other", "басқа", "иные", "others"
