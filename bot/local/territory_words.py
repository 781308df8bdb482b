"""What the sample territory calls its places and people in Chinese and in English. All of it is invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.tiering.model import Support

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a territory is called in one language. Hospitals and grades go by site class 1, 2, 3."""

    file: str
    city: str
    middle: tuple[float, float]  # WGS-84 degrees
    reps: tuple[str, ...]
    manager: str
    admin: str
    stranger: str  # to the bot
    family: str  # names apart by spaces
    given: str
    name: str
    hospitals: Mapping[int, tuple[str, ...]]
    grades: Mapping[int, str]
    departments: Mapping[int, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    support: Mapping[Support, str]
    weekdays: tuple[str, ...]
    halves: tuple[str, str]
    window: str
    comma: str
    yes_no: tuple[str, str]
    outcomes: tuple[str, ...]
    channels: tuple[str, ...]
    notes: tuple[str, ...]
    steps: tuple[str, ...]


_ZH = Words(
    file="示例区域.xlsx",
    city="云泽市",
    middle=(30.6150, 112.7350),
    reps=("陈晓", "林佳", "吴桐", "周然"),
    manager="何静",
    admin="许文",
    stranger="江河",
    family=(
        "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 "
        "肖 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈"
    ),
    given=(
        "文博 思远 雨桐 子涵 嘉怡 志强 海燕 晓东 建平 丽华 国庆 春梅 永康 静怡 明哲 雅琴 俊杰 慧敏 振华 "
        "秋月 一鸣 若兰 启航 梦洁 敏 伟 芳 军 婷 磊 颖 超 倩 勇 蕾 刚 琳 涛 洁 斌"
    ),
    name="{family}{given}",
    hospitals={
        1: ("云泽市第一人民医院", "云泽大学附属医院", "云泽市中心医院", "云泽市中医医院"),
        2: (
            "云泽市第四人民医院",
            "云泽青禾区人民医院",
            "云泽白榆区中心医院",
            "云泽沙渡区人民医院",
            "云泽松岭区人民医院",
            "云泽铁路医院",
            "云泽江湾医院",
            "云泽老年病医院",
        ),
        3: (
            "云泽青禾街社区卫生服务中心",
            "云泽白榆桥社区卫生服务中心",
            "云泽渡口路社区卫生服务中心",
            "云泽南塘社区卫生服务中心",
            "云泽枫林社区卫生服务中心",
            "云泽东篱社区卫生服务中心",
            "云泽石桥镇卫生院",
            "云泽柳岸门诊部",
        ),
    },
    grades={1: "三级甲等", 2: "二级甲等", 3: "未定级"},
    departments={
        1: ("内分泌科", "心血管内科", "肾内科", "老年医学科"),
        2: ("内分泌科", "心血管内科", "普通内科"),
        3: ("全科",),
    },
    titles={"senior": ("主任医师", "副主任医师"), "attending": ("主治医师",), "resident": ("住院医师",)},
    support={
        Support.FIRST_CHOICE: "首选",
        Support.SECOND_CHOICE: "次选",
        Support.COMPETITOR_OR_NONE: "竞品",
    },
    weekdays=("周一", "周二", "周三", "周四", "周五"),
    halves=("上午", "下午"),
    window="{day}{half}",
    comma="、",
    yes_no=("是", "否"),
    outcomes=("见到", "简短交流", "未见到", "拒绝"),
    channels=("面访", "电话", "企业微信", "科室会"),
    notes=(
        "关注长期安全性数据",
        "喜欢看原文文献",
        "时间紧，先说要点",
        "门诊结束后方便交谈",
        "关心肾功能不全患者的用药",
        "希望了解最新指南",
    ),
    steps=("带安全性资料", "带最新指南要点", "回复剂量问题", "商定科室会时间", "带随访研究文献"),
)

_EN = Words(
    file="sample-territory.xlsx",
    city="Lindenport",
    middle=(40.2050, -89.1150),
    reps=("Jordan Bell", "Priya Nair", "Marco Ruiz", "Hana Novak"),
    manager="Ruth Okonjo",
    admin="Sam Keller",
    stranger="Robin Pascoe",
    family=(
        "Abara Bergstrom Castillo Delacroix Ekwueme Farouk Grabowski Halvorsen Iyer Jankovic Kowalczyk "
        "Lindqvist Marchetti Nakagawa Oyelaran Pereira Quiroga Rosenthal Santoro Tanaka Underhill Vasquez "
        "Whitlock Yamamoto Zhang Zielinski Adeyemi Brandt Chaudhry Dominguez Eriksen Fontaine Goldberg "
        "Hossain Ibarra Jovanovic"
    ),
    given=(
        "Amara Benedikt Carmen Dmitri Elena Farid Greta Hugo Ingrid Jamal Keiko Leon Mireille Nikhil Olga "
        "Pablo Rosa Samir Teresa Viktor Wanda Yusuf Zoe Anders Bianca Cyrus Delia Emeka Fiona Gabriel"
    ),
    name="{given} {family}",
    hospitals={
        1: (
            "Lindenport University Hospital",
            "Lindenport General Hospital",
            "Lindenport Heart and Kidney Center",
            "Lindenport Memorial Hospital",
        ),
        2: (
            "Quarry Hill Community Hospital",
            "Lindenport Northgate Hospital",
            "Tannery Row Hospital",
            "Lindenport Harbor Hospital",
            "Millrace Regional Hospital",
            "Lindenport Southside Hospital",
            "Orchard Ridge Hospital",
            "Lindenport Railway Hospital",
        ),
        3: (
            "Alder Street Clinic",
            "Copperfield Family Practice",
            "Ferry Lane Health Center",
            "Lantern Hill Clinic",
            "Millpond Primary Care",
            "Old Mint Family Practice",
            "Saltmarsh Clinic",
            "Weaver Street Health Center",
        ),
    },
    grades={1: "Tertiary", 2: "Secondary", 3: "Primary"},
    departments={
        1: ("Endocrinology", "Cardiology", "Nephrology", "Geriatrics"),
        2: ("Endocrinology", "Cardiology", "Internal medicine"),
        3: ("Family medicine",),
    },
    titles={
        "senior": ("Professor", "Associate professor", "Director"),
        "attending": ("Attending physician",),
        "resident": ("Resident",),
    },
    support={
        Support.FIRST_CHOICE: "First choice",
        Support.SECOND_CHOICE: "Second choice",
        Support.COMPETITOR_OR_NONE: "Competitor",
    },
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri"),
    halves=("AM", "PM"),
    window="{day} {half}",
    comma=", ",
    yes_no=("yes", "no"),
    outcomes=("Met", "Short", "Absent", "Refused"),
    channels=("Face to face", "Phone", "Messenger", "Group meeting"),
    notes=(
        "Asks about long-term safety data",
        "Likes to read the original papers",
        "Little time: the key point first",
        "Easiest to talk to after clinic",
        "Interested in use with reduced kidney function",
        "Wants the current guideline",
    ),
    steps=(
        "Bring the safety data",
        "Bring the guideline summary",
        "Answer the dosing question",
        "Agree a date for the department meeting",
        "Bring the follow-up study",
    ),
)

WORDS: Mapping[Language, Words] = {"zh": _ZH, "en": _EN}
