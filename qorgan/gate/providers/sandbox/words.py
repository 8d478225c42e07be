"""What the sandbox's pages say, in three languages. Its own few words: it is no part of the gate's pages."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("kk", "ru", "en")

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "title": ("Биометриялық сәйкестендіру", "Биометрическая идентификация", "Biometric identification"),
    "invented": (
        "Бұл сынақ ортасы: камера да, шынайы адамдар да жоқ. Камера алдындағы әрекетті батырмамен таңдаңыз.",
        "Это песочница: здесь нет ни камеры, ни настоящих людей. Действие перед камерой выбирается кнопкой.",
        "A sandbox: there is no camera and nobody is real. Choose with a button what is done before the camera.",
    ),
    "consent": (
        "Жалғастыру арқылы сіз бет бейнеңізді салыстыруға келісесіз.",
        "Продолжая, вы соглашаетесь на сравнение изображения вашего лица.",
        "By going on you agree that the image of your face is compared.",
    ),
    "command": ("Орындаңыз", "Выполните", "Please do this"),
    "step": ("{done}/{all} орындалды, қателер: {failed}/3", "Выполнено {done} из {all}, ошибок {failed} из 3",
             "{done} of {all} done, {failed} of 3 mistakes"),
    "repeated": (
        "Әрекет бұйрыққа сәйкес келмеді. Бұйрық қайталанады.",
        "Действие не совпало с командой. Команда повторяется.",
        "That was not what was asked. The command is repeated.",
    ),
    "face": ("Камера алдында", "Перед камерой", "Before the camera"),
    "same": ("осы адам", "этот человек", "this person"),
    "another": ("басқа адам", "другой человек", "another person"),
    "turn-left": ("Басты солға бұру", "Повернуть голову налево", "Turn the head to the left"),
    "turn-right": ("Басты оңға бұру", "Повернуть голову направо", "Turn the head to the right"),
    "nod": ("Бас изеу", "Кивнуть", "Nod"),
    "blink": ("Көзді жыпылықтату", "Моргнуть", "Blink"),
    "smile": ("Жымию", "Улыбнуться", "Smile"),
    "open-mouth": ("Ауызды ашу", "Открыть рот", "Open the mouth"),
    "cancel": ("Бас тарту", "Отказаться", "Do not go on"),
    "back": ("Қайту", "Вернуться", "Go back"),
    "passed": ("Тексеру сәтті өтті", "Проверка пройдена", "Passed"),
    "failed-liveness": (
        "Бейненің шынайылығы расталмады",
        "Достоверность изображения не подтверждена",
        "It was not confirmed that a living person is before the camera",
    ),
    "failed-match": ("Бет эталондық бейнеге сәйкес келмейді", "Лицо не совпало с эталонным изображением",
                     "The face and the reference image are not alike"),
    "iin-not-found": ("Бұл ЖСН бойынша эталондық бейне жоқ", "По этому ИИН нет эталонного изображения",
                      "There is no reference image for this IIN"),
    "service-error": ("Эталондық бейнені алу мүмкін болмады", "Не удалось получить эталонное изображение",
                      "The reference image could not be had"),
    "cancelled": ("Сіз бас тарттыңыз", "Вы отказались", "You did not go on"),
    "expired": ("Уақыт өтіп кетті", "Время истекло", "The time is over"),
    "outage": ("Қызмет уақытша жұмыс істемейді", "Сервис временно не работает", "The service does not work at present"),
    "inbox": ("Келген хабарламалар", "Входящие сообщения", "Messages received"),
    "again": ("Жаңарту", "Обновить", "Load again"),
    "empty": ("Хабарлама жоқ", "Сообщений нет", "No messages"),
    "index": ("Тізілімдер мен қызметтер", "Реестры и сервисы", "Registries and services"),
    "keys": (
        "Мұндағының бәрі ойдан шығарылған. Кілттер әр іске қосылған сайын жаңарады.",
        "Здесь всё вымышлено. Ключи новые при каждом запуске.",
        "Everything here is invented. Keys are new at each start.",
    ),
    "behaviour": ("Қызметтердің күйі", "Поведение сервисов", "How the services behave"),
    "/centre": ("Биометриялық сәйкестендіру (СДАО)", "Биометрическая идентификация (ЦОИД)",
                "Biometric identification (state)"),
    "/terminals": ("Ұйымның құрылғылары", "Устройства организации", "Devices of the institution"),
    "/numbers": ("Мобильді азаматтар базасы", "База мобильных граждан", "Base of mobile citizens"),
    "/gateway": ("Хабарлама шлюзі", "Шлюз сообщений", "Message gateway"),
    "normal": ("қалыпты", "обычно", "normal"),
    "slow": ("баяу", "медленно", "slow"),
    "out": ("істен шыққан", "не работает", "out of order"),
    "damaged": ("бүлінген жауап", "повреждённый ответ", "damaged answers"),
    "people": ("Ойдан шығарылған адамдар", "Вымышленные люди", "Invented people"),
    "iin": ("ЖСН", "ИИН", "IIN"),
    "phone": ("Нөмір және оның хабарламалары", "Номер и его сообщения", "Number and its messages"),
    "all": ("Барлық хабарламалар", "Все сообщения", "All messages"),
    "give": ("Нөмірді адамға беру", "Записать номер за человеком", "Give a number to a person"),
    "number": ("Нөмір", "Номер", "Number"),
    "save": ("Сақтау", "Сохранить", "Save"),
}  # fmt: skip


def word(name: str, language: str, **places: object) -> str:
    """A sentence in one of the three languages."""
    return _WORDS[name][LANGUAGES.index(language)].format(**places)


def names() -> tuple[str, ...]:
    """Everything that can be said."""
    return tuple(_WORDS)


def chosen(said: str) -> str:
    """The language that was asked for, or the state language."""
    return said if said in LANGUAGES else LANGUAGES[0]


def languages(current: str) -> str:
    """Links to the same page in each language."""
    links = (f'<a href="?lang={one}"{" aria-current=true" if one == current else ""}>{one}</a>' for one in LANGUAGES)
    return f"<nav>{' '.join(links)}</nav>"
