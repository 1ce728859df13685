"""What the people of the world are made of: names in several scripts, places, phones.

Everything is invented or generic. Phones come from the ranges that the national regulators keep free for fiction where
there are such (FR, DE, GB, US); the digits of NL and BE are the ones that manuals print.
"""

from typing import NamedTuple


class Culture(NamedTuple):
    """Names that belong together; ``written|latin`` where the Latin spelling cannot be derived."""

    home: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    middle: tuple[str, ...] = ()


class Country(NamedTuple):
    """Places as ``City, Region`` and phones in display format, ``#`` for a free digit."""

    name: str
    places: tuple[str, ...]
    mobile: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CULTURES = (
    Culture(
        "NL",
        _names("Sanne Daan Femke Jeroen Maaike Thijs Anouk Bram Lieke Joost Noor Sjoerd Eefje Ruben Fleur Gijs"),
        _names("Berg Vries Jong Bakker Visser Dijk Meijer Mulder Leeuwen Hoek Wal Beek Bosch Brink Linden Ruiter"),
        ("van", "de", "van der", "van den", "van de", "ten", "in 't", "op den"),
    ),
    Culture(
        "FR",
        _names(
            "Sophie Éléonore François Hélène Jérôme Camille Loïc Zoé Maëlys Rémi Benoît Chloé Gaëlle Théo Noël Inès"
        ),
        _names(
            "Martin Lefèvre Bélanger Dubois Gérard Moreau Périer Châtelain Rousseau Besançon Marçais Côté Garnier Noël"
        ),
        ("de", "de la", "du"),
    ),
    Culture(
        "DE",
        _names("Jürgen Björn Sönke Käthe Lukas Annika Götz Friederike Jörg Ännchen Matthias Ulrike Günter Antje Till"),
        _names("Müller Schröder Köhler Weiß Großmann Bäcker Schäfer Vogt Jäger Krüger Hübner Lorenz Brandt Pohl Böhm"),
        ("von", "zu", "von der"),
    ),
    Culture(
        "BE",
        _names("Lotte Wout Amélie Pieter Margaux Jef Elise Stijn Océane Bart Nele Thibault Griet Quentin"),
        _names("Peeters Janssens Maes Dupont Claes Wouters Lambert Goossens Jacobs Leclercq Mertens Delvaux"),
        ("Van", "De", "Vanden", "d'"),
    ),
    Culture(
        "GB",
        _names("Oliver Siobhán Emily Rhys Aoife Hamish Charlotte Alistair Imogen Callum Niamh Freya Gareth Poppy"),
        _names("Smith O'Connor Lloyd-Jones Fraser Whittaker MacDonald Hughes Ashworth O'Neill Campbell Pryce Holloway"),
    ),
    Culture(
        "US",
        _names("James Aaliyah Ethan Madison Tyler Brianna Logan Savannah Carlos Destiny Jamal Harper Mateo Brooklyn"),
        _names("Johnson Williams Rodriguez Davis Garcia Nguyen Washington Kim Brooks Ramirez Hayes Patterson Wright"),
        ("J.", "Lee", "Marie", "A."),
    ),
    Culture(
        "PL",
        _names("Łukasz Małgorzata Paweł Agnieszka Michał Zofia Świętosława Krzysztof Żaneta Wojciech Jadwiga Grażyna"),
        _names("Kowalski Wiśniewski Wójcik Dąbrowski Łuczak Szczepański Zając Źródłowski Gołębiowski Błaszczyk"),
    ),
    Culture(
        "GR",
        _names("Ελένη|eleni Γιώργος|giorgos Νίκος|nikos Κατερίνα|katerina Δημήτρης|dimitris Άννα|anna Στέλιος|stelios"),
        _names(
            "Παπαδόπουλος|papadopoulos Νικολάου|nikolaou Γεωργίου|georgiou Οικονόμου|oikonomou Αθανασίου|athanasiou"
        ),
    ),
    Culture(
        "BG",
        _names("Иван|ivan Мария|maria Димитър|dimitar Елена|elena Николай|nikolay Цветелина|tsvetelina Юлия|yulia"),
        _names("Иванов|ivanov Петрова|petrova Димитров|dimitrov Стоянова|stoyanova Щерев|shterev Жеков|zhekov"),
    ),
    Culture(
        "AE",
        _names("محمد|mohammed فاطمة|fatima أحمد|ahmed ليلى|layla يوسف|youssef مريم|mariam خالد|khaled نور|nour"),
        _names("الحسن|alhassan المنصوري|almansoori حداد|haddad النجار|alnajjar القاسم|alqasim السيد|alsayed"),
    ),
    Culture(
        "JP",
        _names("太郎|taro 花子|hanako 健|ken 美咲|misaki 翔太|shota さくら|sakura 大輔|daisuke 陽菜|hina"),
        _names("佐藤|sato 鈴木|suzuki 高橋|takahashi 田中|tanaka 渡辺|watanabe 山本|yamamoto 小林|kobayashi"),
    ),
    Culture(
        "CN",
        _names("伟|wei 芳|fang 秀英|xiuying 敏|min 静|jing 丽|li 强|qiang 𠮷|ji"),
        _names("王|wang 李|li 张|zhang 刘|liu 陈|chen 杨|yang 赵|zhao 欧阳|ouyang"),
    ),
)

COUNTRIES = {
    "NL": Country(
        "Netherlands",
        ("Amsterdam, North Holland", "Rotterdam, South Holland", "'s-Hertogenbosch, North Brabant", "Utrecht, Utrecht"),
        ("+31 6 12345###", "06-12345###", "06 12 345 ###", "0031 6 12345###", "+31 (0)6 12345###"),
        ("+31 20 123 4###", "020 - 123 4###", "(010) 123 4###", "+31 (0)30 123 4###"),
    ),
    "FR": Country(
        "France",
        (
            "Paris, Île-de-France",
            "Lyon, Auvergne-Rhône-Alpes",
            "Saint-Étienne, Auvergne-Rhône-Alpes",
            "Nîmes, Occitanie",
        ),
        ("+33 6 39 98 ## ##", "06 39 98 ## ##", "06.39.98.##.##", "+33 (0)6 39 98 ## ##"),
        ("+33 1 99 00 ## ##", "01 99 00 ## ##", "04.65.71.##.##"),
    ),
    "DE": Country(
        "Germany",
        ("Berlin, Berlin", "München, Bayern", "Köln, Nordrhein-Westfalen", "Düsseldorf, Nordrhein-Westfalen"),
        ("+49 171 39200##", "0171 39200##", "0171/39200##", "0049 171 39200##"),
        ("+49 30 23125 ###", "(030) 23125-###", "+49 (0)30 23125###"),
    ),
    "BE": Country(
        "Belgium",
        ("Antwerp, Flemish Region", "Liège, Walloon Region", "Brussels, Brussels Region", "Ghent, Flemish Region"),
        ("+32 470 12 34 ##", "0470 12 34 ##", "0470/12.34.##"),
        ("+32 2 555 12 ##", "02 555 12 ##", "+32 (0)9 255 12 ##"),
    ),
    "GB": Country(
        "United Kingdom",
        ("London, England", "Cardiff, Wales", "Edinburgh, Scotland", "Belfast, Northern Ireland"),
        ("+44 7700 900###", "07700 900###", "07700 900 ###", "+44 (0)7700 900###"),
        ("+44 20 7946 0###", "020 7946 0###", "(0161) 496 0###"),
    ),
    "US": Country(
        "United States",
        ("New York, New York", "San Francisco, California", "Austin, Texas", "Washington, District of Columbia"),
        ("+1 (212) 555-01##", "(415) 555-01##", "+1 617-555-01##", "312.555.01##"),
        ("(202) 555-01##", "+1 512 555 01##"),
    ),
    "PL": Country("Poland", ("Łódź, Łódzkie", "Kraków, Małopolskie")),
    "GR": Country("Greece", ("Athens, Attica", "Thessaloniki, Central Macedonia")),
    "BG": Country("Bulgaria", ("Sofia, Sofia City",)),
    "AE": Country("United Arab Emirates", ("Dubai, Dubai",)),
    "JP": Country("Japan", ("Tokyo, Tokyo", "Ōsaka, Kinki")),
    "CN": Country("China", ("Shanghai, Shanghai",)),
}
