"""The residents: invented names and numbers, families, and who books for whom.

The phones are valid in form and clearly invented: 199 0000 and four more digits.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

from django.contrib.auth.hashers import make_password

from accounts import consents
from accounts.models import Care, Consent, ConsentChannel, Person, Role, User
from accounts.names import sort_key

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹"
OF_ELDERS = ["桂芳", "玉兰", "秀珍", "素云", "建国", "志强", "德明", "淑贤", "永昌", "惠兰"]
OF_ADULTS = ["晓燕", "立新", "文涛", "海燕", "志远", "雪梅", "建平", "思敏", "国栋", "亚楠"]
OF_CHILDREN = ["一诺", "子涵", "雨桐", "思远", "梓萱", "乐乐", "可心", "明轩", "安安", "小满"]

FAMILIES, CHILDREN, SINGLES, ELDERS = 55, 76, 80, 85
# Of the elders so many book for themselves, and for so many a grown-up does; the desk books
# for the rest, and half of these have no phone at all.
ELDERS_ONLINE, ELDERS_HELPED = 30, 35

NEAR_BY = ["梧桐苑社区", "望湖社区", "石桥社区"]


@dataclass(frozen=True)
class Party:
    """People who come together; without a carer the desk books for them."""

    people: tuple
    carer: User | None


@dataclass
class Residents:
    """Parties by the kind of people they are: what a crowd is drawn from."""

    elders: list = field(default_factory=list)
    adults: list = field(default_factory=list)
    children: list = field(default_factory=list)
    pairs: list = field(default_factory=list)

    @property
    def anyone(self):
        return self.adults + self.elders


def build(center, *, chance, today, at):
    """296 residents; with the four of the demo accounts they are 300."""
    maker = _Maker(center, chance, today)
    residents = Residents()
    _families(maker, residents)
    _singles(maker, residents)
    _elders(maker, residents)
    maker.write_down(at)
    return residents


def _families(maker, residents):
    """One grown-up with one or two children; each child comes alone or with the grown-up."""
    left = CHILDREN
    for number in range(FAMILIES):
        surname = maker.chance.choice(SURNAMES)
        parent, user = maker.with_account(surname, OF_ADULTS, 30, 46)
        residents.adults.append(Party((parent,), user))
        for _child in range(min(left, 2 if left > FAMILIES - number else 1)):
            left -= 1
            child = maker.person(surname, OF_CHILDREN, 6, 12)
            maker.care(user, child, Role.GUARDIAN)
            residents.children.append(Party((child,), user))
            residents.pairs.append(Party((parent, child), user))


def _singles(maker, residents):
    for _number in range(SINGLES):
        surname = maker.chance.choice(SURNAMES)
        residents.adults.append(_alone(maker.with_account(surname, OF_ADULTS, 18, 58)))


def _elders(maker, residents):
    helpers = [party.carer for party in residents.adults]
    for number in range(ELDERS):
        surname = maker.chance.choice(SURNAMES)
        if number < ELDERS_ONLINE:
            residents.elders.append(_alone(maker.with_account(surname, OF_ELDERS, 60, 76)))
            continue
        person = maker.person(surname, OF_ELDERS, 66, 92)
        helped = number < ELDERS_ONLINE + ELDERS_HELPED
        carer = maker.chance.choice(helpers) if helped else None
        if carer:
            maker.care(carer, person, Role.HELPER)
        elif number % 2:
            person.phone = maker.phone()
        residents.elders.append(Party((person,), carer))


def _alone(person_and_user):
    person, user = person_and_user
    return Party((person,), user)


class _Maker:
    """Collects people, accounts and cares, and writes each down with one statement."""

    def __init__(self, center, chance, today):
        self.center, self.chance, self.today = center, chance, today
        self.people, self.users, self.cares, self.consents = [], [], [], []
        self._names = {}

    def person(self, surname, given_names, youngest, oldest):
        days = self.chance.randrange(youngest * 365 + 90, (oldest + 1) * 365 - 90)
        name = self._name(surname, given_names)
        person = Person(
            name=name,
            sort_key=sort_key(name),
            birth_date=self.today - timedelta(days=days),
            area=self.center.community if self.chance.random() < 0.85 else self._near_by(),
        )
        self.people.append(person)
        return person

    def with_account(self, surname, given_names, youngest, oldest):
        person = self.person(surname, given_names, youngest, oldest)
        person.phone = self.phone()
        user = User(phone=person.phone, name=person.name, password=make_password(None))
        self.users.append(user)
        self.care(user, person, Role.SELF)
        return person, user

    def care(self, user, person, role):
        self.cares.append(Care(user=user, person=person, role=role))
        if kind := consents.CARE_STANDS_ON.get(role):
            self.consents.append(_consent(person, kind, user))

    def phone(self):
        return f"+86199{1000 + len(self.people):08d}"

    def write_down(self, at):
        joined = at - timedelta(days=120)
        for each in self.users:
            each.date_joined = each.phone_verified_at = joined
        for each in [*self.people, *self.cares]:
            each.created_at = joined
        for each in self.consents:
            each.given_at = joined
        Person.objects.bulk_create(self.people)
        User.objects.bulk_create(self.users)
        Care.objects.bulk_create(self.cares)
        Consent.objects.bulk_create(self.consents)

    def _name(self, surname, given_names):
        """Another one each time, as far as the lists reach."""
        if given_names[0] not in self._names:
            names = [f"{s}{g}" for s, g in product(SURNAMES, given_names)]
            self.chance.shuffle(names)
            self._names[given_names[0]] = names
        names = self._names[given_names[0]]
        return names.pop(next((i for i, name in enumerate(names) if name[0] == surname), -1))

    def _near_by(self):
        return self.chance.choice(NEAR_BY)


def _consent(person, kind, user):
    return Consent(
        person=person,
        kind=kind,
        version=consents.VERSIONS[kind],
        given_by=user,
        channel=ConsentChannel.WEB,
    )
