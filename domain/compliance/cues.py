"""The words by which a sentence tells whether something was done, denied, refused, reported or taught.

They belong to the languages and not to a company, so they stand here and not in the content. Texts are
folded: small letters, simplified characters, plain punctuation. Cues called `BEFORE` are looked for in what
stands before the word in question in its sentence, `AFTER` in what stands behind it, others in all of it.
"""

import re


def _one_of(*words: str) -> str:
    """An expression for any of the words, which are separated by blanks; `_` stands for a blank."""
    return "(?:" + "|".join(word.replace("_", " ") for part in words for word in part.split()) + ")"


_CLAUSE = r"[^,。;?!\n]"
_SENTENCE = r"[^。;?!\n]"

# Chinese

_BUT = _one_of("但 却 才 就 而是 只是 反而 于是 改成 换成 除非 [,。;?!\\n]")
_MY_DEED = _one_of("给 送 塞 发 转 打 付 准备 安排 答应 承诺 许诺 带 请 兑现 报销 垫 买 订 补")

ZH_NEGATED_BEFORE = re.compile(
    _one_of(
        "不"
        + _one_of(
            "能 会 可以? 得 要 许 准 再 想 敢 应该? 允许 接受 存在 涉及 提供 收 送 给 搞 谈 碰 做 是",
            "拿 参加 安排",
            "需要 考虑 接待 邀请 承担 报销 资助 参与 沾 谈论 讨论 发放 主动 承诺 介绍 推广 举办 开展",
            "索要 要求 去 用 办",
            "让 鼓励 支持 赞成 打算 愿 肯 建议 宜 必 带 请 组织 赞助 问 记录? 写",
        ),
        "没有? 未 (?<!毫)无(?!论|非|意) 并非 杜绝 禁止 严禁 抵制 反对 反(?:商业|贿|腐) 防范",
        "零(?!售|食|头|点)",
        "(?<![特级分区类个差识告])别(?!的|人|家|墅) 勿 避免 取消 停止 停用",
    )
    + rf"(?:(?!{_BUT}).){{0,12}}$|不$|不(?:能|会|可以|应该?|得|要)(?:因为?|为了|靠|凭){_SENTENCE}{{0,16}}$"
)
"""A negation that reaches the word: "没给回扣", "不能因为用量大就安排讲课"."""

ZH_TURNED_DOWN_BEFORE = re.compile(
    _one_of("拒绝 拒收 谢绝 婉拒 回绝 退回 退还") + rf"(?:(?!{_BUT}).){{0,10}}$"
)
"""Somebody turns it down, but who?"""

ZH_NOT_NEGATED_BEFORE = re.compile(
    _one_of(
        "有没有 能不能 可不可以 要不要 是不是 会不会 行不行 没想到 没料到 不料 没注意 没及时 不舒服",
        "不适 不小心 不久 不确定 不清楚",
        "不知道 不排除 不好说 不少 不止 不只 不光 不仅 不妨 不是不 没有?不 不得不 不能不",
        "不(?:拒绝|反对) 没(?:人|谁)知道",
        "没有?(?:拒绝|拒收|婉拒|回绝|谢绝|退回|反对)",
    )
)
"""What only looks like a negation: questions, surprises, and two negations that make a yes."""

ZH_NOTHING_WITHOUT_AFTER = re.compile(
    rf"^{_SENTENCE}{{0,4}}(?:他们?|她|主任|人家|科里)?(?:就|都|是|根本)?"
    + _one_of("不(?:行|用|开|肯|成|干|动|合作|配合|见|给|换|进) 没法 没戏 办不成 进不去 难办")
)
"""After a negation this makes a yes: "不给好处费不行"."""

ZH_BANNED_AFTER = re.compile(
    rf"^{_CLAUSE}{{0,8}}?"
    + _one_of(
        "违规 违法 不合规 红线 被我?(?:拒|回绝|婉拒|退)",
        "不(?:行|可以|允许|能(?:给|送|收|做|搞)|得|许) 是(?:违规|违法|禁止)",
        "(?:一律|都|也)?(?:没有?|不)(?:给|送|收|要|答应|同意|接受|搞|谈)",
        "被(?:抓|查|处理|判|通报|曝光|开除|调查)",
        "的?(?:培训|自查|整治|案例|规定|制度|条款|通知|海报|危害|风险|红线|禁令|举报|处罚|专项|案件?|事件|新闻|传闻)",
    )
)
ZH_ABOUT_RULES_BEFORE = re.compile(
    _one_of(
        "合规 廉洁 廉政 警示 法务 法规 九项准则 反(?:商业)?贿赂 反腐 纪检 纪委 通报 曝光 严查 查处",
        "整治 打击 新闻 清查 彻查",
        "查(?:处)?(?:商业)?(?=$)",
    )
    + rf"{_CLAUSE}{{0,14}}$"
)
ZH_ABSENT_AFTER = re.compile(
    rf"^{_CLAUSE}{{0,4}}" + _one_of("没有 没出现 没发现 没发生 未见 未发现 均无 暂无 为零")
)
_AT_ONCE = "我们? 当场 当即 直接 立刻 立即 马上 随即 委婉地? 已经? 并 坚决 明确"
ZH_REFUSED = re.compile(
    rf"(?:(?<![他她它]){_one_of(_AT_ONCE, '本人 [,。] ^')}"
    + _one_of(_AT_ONCE, "也 就 都 一口 向?公司 向?合规部? 跟?经理 向 跟 给 和")
    + "{0,4}"
    + _one_of(
        "拒绝 婉拒 回绝 谢绝 拒了 没有?(?:答应|同意|接|收|理|给|送|去|搭话|松口)",
        "不(?:同意|答应|接受|做|干|能|行|可以)",
        "上报 举报 汇报 报告 报了?(?:合规|公司|经理|上级) 退(?:回|还|给|了)",
    )
    + "|我们?(?:这边)?(?:只好|直接|当场|明确|就|也)?"
    + _one_of("说 讲 解释 强调 表示 回复 告诉 提醒")
    + rf"{_CLAUSE}{{0,10}}"
    + _one_of("不 没 无法 禁止 规定 违规 红线")
    + ")"
)
"""We refuse, or we report."""

ZH_NOT_REFUSED = re.compile(
    "(?:没有?|未|不(?:好意思|敢|便|想|能|好)?|别|忘了?|懒得)(?:好意思|敢|去|能|法|向公司|向合规)?"
    + _one_of("拒绝 婉拒 回绝 上报 举报 汇报 报告 推辞")
)
ZH_DEED = re.compile(
    r"(?:(?:我们?|咱们?|本人|我方)(?:(?!不|没|未|拒|别|无|退|劝|说|解释|告诉|[,。;?!\n]).){0,8}?|(?:^|,)"
    + _one_of("已经? 又 再 就 也 都 改 下周 明天 昨天 今天 晚上 周[一二三四五六日末] 顺便 悄悄 偷偷 照样")
    + "{0,2})"
    + _MY_DEED
    + "(?!我)"
)
"""We give or promise something."""

ZH_ANYWAY_AFTER = re.compile(
    _one_of("还是 又 照样 仍然? 但我? 最后 后来 结果 于是 所以 我就 我只好")
    + r"[^,。;?!\n不没]{0,6}"
    + _one_of("给 送 塞 答应 安排 转 付 兑 带 请")
    + "(?!我)"
)
"""What was denied is done all the same."""

ZH_RIVALS = re.compile(
    "(?<![比较跟和嫌])"
    + _one_of("竞品 竞争对手 对手 对家 别家 别的公司 其他公司 另一家 友商 隔壁公司 某公司")
)
ZH_FOLLOWS_RIVALS = re.compile(
    _one_of(
        "我们?也 咱们?也 照样 跟进 学他们 同样 一样 要不要 要跟 对标 更多 更高 比他们 再加 得加 加到",
        "申请 答应 谈妥 约定 老规矩",
        "比竞品 给他加 我们?.{0,4}(?:给|送|答应|安排|准备)",
    )
)

# English

_NOT = _one_of(
    "don't doesn't didn't won't wouldn't can't cannot couldn't isn't aren't wasn't shouldn't mustn't",
    "not never no",
)
_REACHES = (
    r"(?:(?!\b"
    + _one_of("but only just unless until except because then yet so till")
    + r"\b)[^.;?!\n]){0,45}$"
)
_WE_SAY_NO = r"(?:that )?(?:we|i|it|this|our company)(?: \w+)? ?" + _one_of(
    "can't cannot don't do_not won't will_not am_not are_not aren't is_not isn't not never forbids?"
)

EN_NEGATED_BEFORE = re.compile(
    r"\b"
    + _one_of(
        r"no(?!\sto\b) not never nor neither without zero don't doesn't didn't won't wouldn't can't",
        r"cannot couldn't isn't",
        "aren't wasn't shouldn't mustn't forbid(?:s|den)? prohibit(?:ed|s)? ban(?:ned|s)?",
        "avoid(?:ed|s|ing)? against anti",
        "free_of rather_than instead_of",
    )
    + r"\b"
    + _REACHES
)
EN_TURNED_DOWN_BEFORE = re.compile(
    r"\b"
    + _one_of(
        "refus(?:e|ed|es|ing) declin(?:e|ed|es|ing) reject(?:ed|s|ing)? return(?:ed)? turned_down",
        "sent_back gave_back",
        "(?:said|says|saying)_no_to",
    )
    + r"\b"
    + _REACHES
)
EN_NOT_NEGATED_BEFORE = re.compile(
    r"\b(?:"
    + _one_of("did_?n[o']t do_?n[o']t not never could_?n[o']t couldn't won't wouldn't can't didn't don't")
    + r"(?: \w+)? (?:refus|declin|reject|return|report|say no|turn)\w*|"
    + _one_of("no_(?:problem|doubt|matter) no_need_to_(?:report|hide) not_only why_not no_objections?")
    + ")"
)
EN_BANNED_AFTER = re.compile(
    r"^[^.;?!\n]{0,30}?\b(?:(?:is|are|was|were|would be|'s) "
    + _one_of(
        "not never illegal forbidden prohibited banned against off_limits off_the_table a_red_line",
        "out_of_the_question",
    )
    + "|"
    + _one_of(
        "isn't aren't not_allowed policy prohibited forbidden illegal training refresher violations?",
        "case_study cases?",
        "red_lines? prevention settlement scandal lawsuit investigation charges conviction arrests?",
        "allegations",
    )
    + r")\b"
)
EN_ABOUT_RULES_BEFORE = re.compile(
    r"\b"
    + _one_of(
        r"compliance anti policy code training webinar regulations? the_law legal rules? news story",
        r"article lawsuit",
        r"investigat\w+ prosecut\w+ fined arrested convicted accused",
    )
    + r"\b[^.;?!\n]{0,40}$"
)
EN_ABSENT_AFTER = re.compile(r"^[^,.;?!\n]{0,12}\b(?:were|was|are|have been|has been) (?:not|never|none)\b")
EN_REFUSED = re.compile(
    r"(?:^\s*|\b(?:i|we|i've|we've|and|but|then|immediately|politely|promptly)\b)(?:\s+"
    + _one_of(
        "i we have has had politely firmly immediately then also at_once promptly clearly just",
        "simply of_course",
    )
    + r"){0,4}\s*(?:"
    + _one_of(
        "declin(?:e|ed) refus(?:e|ed) reject(?:ed)? said_no say_no",
        "turn(?:ed)?_(?:it|him|her|them|this|that)_down",
        "turned_down (?:did_not|didn't)_(?:accept|agree|take|give|pay|respond) report(?:ed)?",
        "escalated returned",
        "explained_(?:our|why) (?:sent|gave)_(?:it|them)_back walked_away",
        "informed_(?:compliance|my_manager|legal)",
        "flagged told_(?:him|her|them)_no",
    )
    + rf"|told (?:him|her|them) {_WE_SAY_NO}|(?:said|replied|answered|explained) {_WE_SAY_NO})\b"
)
EN_NOT_REFUSED = re.compile(
    r"\b"
    + _one_of(
        "didn't did_not don't do_not never won't will_not couldn't could_not not_going_to forgot_to",
        "no_need_to",
    )
    + r"\s+(?:\w+\s+)?(?:declin|refus|reject|report|escalat|say no|turn|flag|inform)\w*"
)
EN_DEED = re.compile(
    r"\b"
    + _one_of("i we i've we've i'll we'll i'd we'd company my_manager the_team let's")
    + rf"\b(?:(?!\b(?:{_NOT}|declined|refused|reported|returned)\b)[^,.;?!\n]){{0,28}}?\b"
    + _one_of(
        "gave give giving paid pay paying offer(?:ed|ing)? promis(?:e|ed|ing) slip(?:ped)?",
        "hand(?:ed|ing)? send sending",
        "arrang(?:e|ed|ing) bring bringing brought transfer(?:red)? book(?:ed|ing)? bought buy",
        "buying treat(?:ed)?",
        "invit(?:e|ed|ing) took taking reimburs(?:e|ed) cover(?:ed|ing)? deliver(?:ed)?",
        "prepar(?:e|ed|ing) doubled",
        "raised increased topped_up got_him got_her sort(?:ed)?",
    )
    + r"\b"
)
EN_ANYWAY_AFTER = re.compile(
    r"\b(?:but|so|still|then|later|anyway|in the end)\b[^.;?!\n]{0,12}\b(?:i|we)?\b ?"
    r"(?:still |then |just )?"
    + _one_of(
        "gave paid offered promised slipped handed sent arranged brought booked bought doubled",
        "raised",
    )
    + r"\b|\banyway\b",
)
EN_RIVALS = re.compile(
    r"\b"
    + _one_of(
        "competitors? rivals? another_(?:company|firm|rep) other_(?:compan(?:y|ies)|firms?)",
        "their_(?:company|reps?)",
    )
    + r"\b"
)
EN_FOLLOWS_RIVALS = re.compile(
    r"\b"
    + _one_of(
        "we_(?:should|could|must|need|can|will) so_(?:should|do|will)_we match likewise us_too",
        "as_well we_also beat",
    )
    + r"\b"
)
