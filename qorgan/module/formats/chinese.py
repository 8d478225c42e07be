"""Words of security in Chinese, in which some products write what they found: what they are in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_HAN: Final = re.compile("[\u4e00-\u9fff]")
_LONGEST: Final = 512
_MEANT: Final = (
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
"""What stands in a value, and what of it."""


def is_chinese(text: str) -> bool:
    """Whether a text has a Chinese character in it."""
    return not text.isascii() and _HAN.search(text[:_LONGEST]) is not None


def in_english(text: str) -> Iterator[str]:
    """The words of security in a Chinese text, in English."""
    text = text[:_LONGEST]
    return (english for chinese, english in _MEANT if chinese in text)
