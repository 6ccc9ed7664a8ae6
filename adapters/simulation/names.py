"""Names as people in the city have them, drawn from common ones."""

from random import Random

from domain.people.applicant import Applicant
from domain.people.applicant_kind import ApplicantKind

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红文斌浩宇欣怡梓涵子轩雨桐思远嘉俊晨阳博雅诗婷佳琪天佑若曦"
COMPOUND = ("欧阳", "司马", "上官", "诸葛")
TRADES = ("餐饮", "食品", "建材", "医药", "科技", "物流", "文化传媒", "服装", "家政", "环保设备")
PLACES = ("东湖", "西山", "南门", "北苑", "中山", "解放", "人民", "建设", "长江", "和平")


def person(random: Random) -> str:
    """A person's name."""
    family = random.choice(COMPOUND) if random.random() < 0.02 else random.choice(FAMILY)
    return family + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2))))


def company(random: Random) -> str:
    """A company's name."""
    return f"{random.choice(PLACES)}{person(random)[-1]}{random.choice(GIVEN)}{random.choice(TRADES)}有限公司"


def applicant(random: Random, number: str, kind: ApplicantKind) -> Applicant:
    """Somebody who comes to a hall, with made-up particulars."""
    natural = kind is ApplicantKind.NATURAL_PERSON
    birth = f"{random.randint(1955, 2004)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    return Applicant(
        applicant_id=number,
        kind=kind,
        name=person(random) if natural else company(random),
        identity_number=f"420100{birth}{random.randint(100, 999)}X"
        if natural
        else f"91420100MA{random.randint(10**7, 10**8 - 1)}",
        phone=f"13{random.randint(10**8, 10**9 - 1)}",
        address=f"{random.choice(PLACES)}路{random.randint(1, 300)}号",
    )
