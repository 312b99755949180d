"""People who are hard to tell: a small list with each difficulty, alone and together, and what is right about them."""

from __future__ import annotations

from springhead_demo.simulator.people import Subject
from springhead_demo.simulator.traits import Traits

_KINDS: dict[str, Traits] = {
    "plain": Traits(),
    "namesakes": Traits(namesakes=2),
    "undated_namesakes": Traits(namesakes=2, undated_namesakes=True),
    "undated_with_namesakes": Traits(namesakes=2, undated=True),
    "all_undated": Traits(namesakes=1, undated=True, undated_namesakes=True),
    "only_namesake": Traits(namesakes=1, not_found=True),
    "only_undated_namesake": Traits(namesakes=1, not_found=True, undated_namesakes=True),
    "unknown": Traits(not_found=True),
    "alias": Traits(alias_only=True),
    "alias_with_namesakes": Traits(alias_only=True, namesakes=1),
    "other_script": Traits(other_script=True),
    "wrong_date": Traits(wrong_birth_date=True),
    "wrong_date_with_namesakes": Traits(wrong_birth_date=True, namesakes=2),
    "misspelt": Traits(misspelt=True),
    "misspelt_with_namesakes": Traits(misspelt=True, namesakes=1),
    "no_person": Traits(no_person=True),
    "no_person_with_namesake": Traits(no_person=True, namesakes=1),
    "named_after": Traits(not_a_person=True),
    "deceased": Traits(deceased=True),
    "mononym": Traits(),
    "mononym_with_namesakes": Traits(namesakes=2),
}

_ZH = [
    "溫嘉敏",
    "湯紹文",
    "卓映雪",
    "岑柏宇",
    "倪若琳",
    "龔子謙",
    "易天晴",
    "熊以安",
    "桑雅筑",
    "柴俊熙",
    "翟曉彤",
    "古敬堯",
    "苗語晨",
    "祁立群",
    "荊書瑤",
    "海邊的風",
    "遠方",
    "霍明遠",
    "樊星河",
    "阿寶",
    "小梨",
]
_LATIN = [
    "Orla Vance",
    "Milo Ashgrove",
    "Petra Lindqvist",
    "Dario Fenwick",
    "Ines Calloway",
    "Hugo Brannigan",
    "Thea Marchetti",
    "Felix Ostrander",
    "Nora Pemberton",
    "Jonas Whitlock",
    "Zoë D'Arcy-Pérez",
    "Silas Kerrigan",
    "Maeve Holloway",
    "Ivo Castellan",
    "Brice O'Donnell",
    "The Lanterns",
    "Harbour",
    "Agnes Thornbury",
    "Basil Quillfeather",
    "Zarika",
    "Lumo",
]


def hard_people() -> tuple[list[Subject], dict[str, Traits]]:
    """Return a subject list and the traits to give to `Simulator` with it; ids are `hard_{kind}_{zh or latin}`."""
    people: list[Subject] = []
    traits: dict[str, Traits] = {}
    for place, (kind, special) in enumerate(_KINDS.items()):
        for script, name in (("zh", _ZH[place]), ("latin", _LATIN[place])):
            number = f"hard_{kind}_{script}"
            traits[number] = special
            people.append(
                {
                    "celebrity_id": number,
                    "name": name,
                    "birth_date": f"{1950 + 2 * place}-{1 + place % 12:02d}-{10 + place % 18:02d}",
                    "nationality": "台灣" if script == "zh" else "United Kingdom",
                    "occupation": ["歌手", "演員"] if script == "zh" else ["actor"],
                }
            )
    return people, traits
