"""Words of security in Chinese, Russian and Kazakh, in which products write what they found: what they are in English.

Rules ask for English words. What a record says of its kind, its class and what was found in another language stands
beside it in English, so that a rule need not know every language, and every ending of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_HAN: Final = re.compile("[\u4e00-\u9fff]")
_FOREIGN: Final = re.compile("[\u0400-\u04ff\u4e00-\u9fff]")
_LONGEST: Final = 512
_CHINESE: Final = (
    *(
        ("病毒", "virus"),
        ("木马", "trojan"),
        ("恶意软件", "malware"),
        ("恶意文件", "malicious file"),
        ("恶意代码", "malware"),
    ),
    *(("勒索", "ransomware"), ("僵尸网络", "botnet"), ("远控", "command and control"), ("挖矿", "cryptomining")),
    *(("入侵", "intrusion"), ("IPS", "ips"), ("IDS", "ids"), ("漏洞攻击", "exploit"), ("漏洞利用", "exploit")),
    *(("WAF", "waf"), ("SQL注入", "sql injection"), ("跨站", "cross site scripting"), ("目录遍历", "path traversal")),
    *(("命令执行", "command execution"), ("命令注入", "command injection"), ("文件包含", "file inclusion")),
    *(("webshell", "webshell"), ("网站攻击", "web attack"), ("WEB攻击", "web attack"), ("Web攻击", "web attack")),
    *(
        ("端口扫描", "port scan"),
        ("主机扫描", "host scan"),
        ("网络扫描", "network scan"),
        ("扫描探测", "scanning activity"),
    ),
    *(("暴力破解", "brute force"), ("口令猜测", "password guessing"), ("密码喷洒", "password spray")),
    *(
        ("钓鱼", "phishing"),
        ("垃圾邮件", "spam"),
        ("拒绝服务", "denial of service"),
        ("洪水", "flood"),
        ("DDoS", "ddos"),
    ),
    *(
        ("应用控制", "application control"),
        ("URL过滤", "url filter"),
        ("数据防泄", "dlp"),
        ("登录失败", "login failed"),
    ),
    *(("登录成功", "login success"), ("升级", "update"), ("更新", "update")),
)
"""What stands in a value, and what it is."""

_GUESSED: Final = r"(?:парол|учетн|логин|пин.?код)"
_CYRILLIC: Final = (
    *(
        (r"вредонос|зловред|зиянды (?:бағдарлама|код|файл|нысан)|зиянкес", "malware"),
        (r"вирус", "virus"),
        (r"троян", "trojan"),
        (
            (
                r"шифровальщик|вымогател|бопсалаушы|төлем талап ет|массов\w{2,3} шифрован\w{2,3} файл"
                r"|файл\w{0,6} жаппай шифрла"
            ),
            "ransomware",
        ),
        (r"ботнет|бот.?сет", "botnet"),
        (r"майнер|майнинг", "cryptomining"),
        (
            r"(?:командн|управляющ)\w{0,8} (?:сервер|центр)|сервер\w{0,4} управления|басқару сервер",
            "command and control",
        ),
    ),
    *(
        (r"вторжен|басып кіру", "intrusion"),
        (
            r"эксплойт|эксплоит|эксплуатаци\w{0,4} уязвимост|осалды\w{1,6} (?:\(\S{1,20}\) )?пайдалан",
            "exploit",
        ),
        (
            r"выполнени\w{0,4} (?:произвольн\w{2,3} )?кода|код\w{0,3} (?:қашықтан )?орында",
            "remote code execution",
        ),
        (r"переполнени\w{0,4} (?:буфер|куч|стек)|буфер\w{0,4} (?:асып )?толып", "buffer overflow"),
        (
            r"қолтаңба\w{0,4} (?:іске қосыл|анықтал|сәйкес)|сигнатур\w{0,3} (?:атак|вторжен)|сработал\w{0,2} сигнатур",
            "intrusion signature",
        ),
        (r"(?<![\s\S])(?:со[ва]|сопв|спв)\Z", "ids"),
        (r"сетев\w{0,4} атак|желілік шабуыл", "network attack"),
    ),
    *(
        (r"sql.?(?:инъекц|внедрен|енгіз)|(?:инъекц|внедрени)\w{0,4} sql", "sql injection"),
        (r"межсайтов|сайтаралық", "cross site scripting"),
        (r"обход\w{0,4} (?:каталог|директор|пут)|чтени\w{0,4} системн\w{0,4} файл", "path traversal"),
        (r"(?:инъекц|внедрени|выполнени)\w{0,4} (?:ос )?команд|команда\w{0,4} енгіз", "command injection"),
        (r"(?:включени|подключени)\w{0,4} (?:\w{1,20} )?файл", "file inclusion"),
        (r"веб.?шелл", "webshell"),
        (r"веб.?атак|атак\w{0,4} на (?:веб|сайт)|веб.?шабуыл|сайтқа шабуыл", "web attack"),
        (r"сканер\w{0,4} (?:веб.?)?уязвимост|осалдық\w{0,6} сканер", "vulnerability scanner"),
    ),
    *(
        (r"(?:сканировани|опрос|перебор|прощупывани)\w{0,4} порт|порт\w{0,6} (?:сканер|тексер|іздеу)", "port scan"),
        (
            r"сканировани\w{0,4} (?:\w{1,20} )?(?:сет|узл|хост|подсет|инфраструктур)|(?:желі|торап)\w{0,6} сканер",
            "network scan",
        ),
        (rf"(?:подбор|перебор|угадывани|подстановк)\w{{0,4}} {_GUESSED}", "brute force"),
        (r"(?:құпия ?сөз|пароль)\w{0,4} (?:ірікте|таңда|тер[уі]|болжа)", "brute force"),
        (r"(?:распылени|разбрызгивани)\w{0,4} парол|(?:құпия ?сөз|пароль)\w{0,6} (?:шашырат|бүрк)", "password spray"),
        (
            r"од(?:ин|ного|ним) парол\w{0,4} (?:\w{1,8} )?(?:много|многим|нескольк)|бір құпия ?сөз\w{0,4} көп",
            "password spray",
        ),
    ),
    *(
        (r"фишинг|алаяқтық хат", "phishing"),
        (r"спам", "spam"),
        (r"отказ\w{0,4} в обслуживании|қызмет көрсетуден бас тарт", "denial of service"),
        (r"(?:неудачн|неуспешн)\w{0,4} (?:вход|попытк\w{1,3} входа)", "login failed"),
        (r"(?:сәтсіз|қате) кіру|кіру сәтсіз", "login failed"),
    ),
)
"""How a word of Russian or Kazakh begins, with `е` for `ё` and spaces for hyphens, and what it is."""
_OWN: Final = re.compile(
    r"\b(?:не (?:обнаружен|найден|выявлен)|защит|политик|настро|обнов(?:лен|ил)|курс|обучен|тренинг|учебн|отчет|сводк"
    r"|статистик|(?:пере)?запущен|остановлен|включен|отключен|выключен|изменен|планов|заверш|поиск|проверк"
    r"|табылмады|табылған жоқ|анықталмады|қорға|саясат|баптау"
    r"|(?<!қолтаңбасы іске )(?<!қолтаңба іске )қосылды|өшірілді|жаңарт|оқыту|өзгертілді|жоспарлы"
    r"|аяқталды|ақау|қалпына кел|восстановлен"
    r"|снят\w{0,2} (?:\w{1,16} )?блокировк|блокировк\w{0,2} (?:\w{1,16} )?снят|разблокир"
    r"|бұғаттау\w{0,4} алын)|升级|更新"
)
"""How words begin that tell of no attack, though one is named beside them: its guard, a search for it, its absence."""
_WORDS: Final = tuple((re.compile(rf"\b(?:{begins})"), english) for begins, english in _CYRILLIC)


def is_foreign(text: str) -> bool:
    """Whether a text has a letter of Chinese, Russian or Kazakh in it."""
    return not text.isascii() and _FOREIGN.search(text) is not None


def is_of_its_own(text: str) -> bool:
    """Whether a text tells of a guard, its lists, a task or a lesson named after an attack, or of none found."""
    return _OWN.search(_plain(text)) is not None


def in_english(text: str) -> Iterator[str]:
    """The words of security in a Chinese, Russian or Kazakh text that tells of something seen, in English."""
    text = text[:_LONGEST]
    if _HAN.search(text):
        yield from (english for chinese, english in _CHINESE if chinese in text)
    if not is_of_its_own(text):
        plain = _plain(text)
        yield from (english for begins, english in _WORDS if begins.search(plain))


def _plain(text: str) -> str:
    return text[:_LONGEST].lower().replace("ё", "е").replace("-", " ")
