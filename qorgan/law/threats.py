"""What a threat warning is described with: types, degrees, confidence, indicators. R67.10 names the fields, no values.

The lists are therefore the product's own, after the usual taxonomies (RSIT, STIX 2.1); "degree of confidentiality"
has a list of its own in `tlp`.
"""

from __future__ import annotations

from qorgan.law.labels import Labelled


class ThreatType(Labelled):
    """The "type of threat" of R67.10. Our own list and words, after the classes of RSIT."""

    MALWARE = "malware", "зиянды бағдарлама немесе код", "вредоносная программа или код", "malicious software or code"
    PHISHING = "phishing", "фишинг және алдап деректер алу", "фишинг и выманивание данных", "phishing and pretexting"
    EXPLOIT = "exploit", "осалдықты пайдалану", "эксплуатация уязвимости", "exploitation of a vulnerability"
    INTRUSION = (
        "intrusion",
        "ақпараттық жүйеге рұқсатсыз кіру әрекеті",
        "попытка или факт несанкционированного доступа",
        "intrusion or an attempt at it",
    )
    DENIAL_OF_SERVICE = (
        "denial-of-service",
        "«қызмет көрсетуден бас тарту» шабуылы",
        "атака «отказ в обслуживании»",
        "denial-of-service attack",
    )
    CREDENTIALS = (
        "credentials",
        "есепке алу деректерінің ашылуы немесе оларды теру",
        "компрометация или подбор учетных данных",
        "leaked or guessed credentials",
    )
    DATA_LEAK = "data-leak", "деректердің таралып кетуі", "утечка данных", "data leak"
    PAYMENT_FRAUD = (
        "payment-fraud",
        "ақшаны санкциясыз аудару тәсілі",
        "схема несанкционированных переводов денег",
        "scheme of unauthorised transfers",
    )
    SUPPLY_CHAIN = (
        "supply-chain",
        "жеткізушілер арқылы шабуыл",
        "атака через поставщика",
        "attack through a supplier",
    )
    IMPERSONATION = (
        "impersonation",
        "қаржы ұйымының атын жамылу",
        "выдача себя за финансовую организацию",
        "posing as a financial organisation",
    )
    INSIDER = "insider", "ішкі бұзушы", "внутренний нарушитель", "insider"
    OTHER = "other", "өзге қауіп-қатер", "иная угроза", "other threat"


class ThreatDegree(Labelled):
    """The "degree of threat" of R67.10, in rising order. The product's own scale: the rules give none."""

    LOW = "low", "төмен", "низкая", "low"
    MEDIUM = "medium", "орташа", "средняя", "medium"
    HIGH = "high", "жоғары", "высокая", "high"
    CRITICAL = "critical", "өте жоғары", "критическая", "critical"

    @property
    def rank(self) -> int:
        """1 for low up to 4 for critical, the rank of the severity of the same name."""
        return list(ThreatDegree).index(self) + 1


class Confidence(Labelled):
    """How sure the author is. Not asked by the rules; our own three grades."""

    CONFIRMED = "confirmed", "расталған", "подтверждено", "confirmed"
    PROBABLE = "probable", "ықтимал", "вероятно", "probable"
    POSSIBLE = "possible", "мүмкін", "возможно", "possible"


class IndicatorType(Labelled):
    """By what a threat is recognised. Codes follow the object types of STIX 2.1; the words are ours."""

    IPV4 = "ipv4-addr", "IPv4 мекенжайы", "адрес IPv4", "IPv4 address"
    IPV6 = "ipv6-addr", "IPv6 мекенжайы", "адрес IPv6", "IPv6 address"
    DOMAIN = "domain-name", "домен атауы", "доменное имя", "domain name"
    URL = "url", "URL", "URL-адрес", "URL address"
    EMAIL = "email-addr", "электрондық пошта мекенжайы", "адрес электронной почты", "e-mail address"
    SHA256 = "file-sha256", "файлдың SHA-256 таңбасы", "SHA-256 файла", "SHA-256 of a file"
    SHA1 = "file-sha1", "файлдың SHA-1 таңбасы", "SHA-1 файла", "SHA-1 of a file"
    MD5 = "file-md5", "файлдың MD5 таңбасы", "MD5 файла", "MD5 of a file"
    FILE_NAME = "file-name", "файл атауы", "имя файла", "file name"
    AUTONOMOUS_SYSTEM = (
        "autonomous-system",
        "автономды жүйе нөмірі",
        "номер автономной системы",
        "autonomous system number",
    )
    MUTEX = "mutex", "мьютекс атауы", "имя мьютекса", "mutex name"
    REGISTRY_KEY = "windows-registry-key", "Windows тізілімінің кілті", "ключ реестра Windows", "Windows registry key"
