"""TLP 2.0, the Traffic Light Protocol of FIRST: the value list of "degree of confidentiality" (R67.10)."""

from __future__ import annotations

from qorgan.law.labels import Labelled


class TLP(Labelled):
    """Who may read a document, narrowest circle first.

    The label itself is never translated and has no spaces, so it is the code; what it means is said in
    the reader's language by `label`.
    """

    RED = (
        "TLP:RED",
        "тек аталған алушыларға",
        "только для названных получателей",
        "for the named recipients only",
    )
    AMBER_STRICT = (
        "TLP:AMBER+STRICT",
        "тек алушының ұйымы ішінде",
        "только внутри организации получателя",
        "inside the recipient's organisation only",
    )
    AMBER = (
        "TLP:AMBER",
        "алушының ұйымы мен оның клиенттері ішінде, қажеттілік бойынша",
        "внутри организации получателя и её клиентов, по необходимости",
        "inside the recipient's organisation and its clients, by need",
    )
    GREEN = (
        "TLP:GREEN",
        "кәсіби қауымдастық ішінде, ашық жарияламай",
        "внутри профессионального сообщества, без открытой публикации",
        "inside the community, not on open channels",
    )
    CLEAR = (
        "TLP:CLEAR",
        "таратуға шектеу жоқ",
        "без ограничений на распространение",
        "no limit on sharing",
    )

    @property
    def breadth(self) -> int:
        """0 for the narrowest circle of readers up to 4 for everyone; a recipient may never raise it."""
        return _BREADTHS[self]


_BREADTHS = {tlp: breadth for breadth, tlp in enumerate(TLP)}
