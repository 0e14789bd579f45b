"""Whether a time said in Chinese is promised: history, policy, duty and question are not.

Each pattern sees at most the clause around the time, cut to a fixed length.
"""

import re
from dataclasses import replace

from chalicelib.judging.promises_when import When

HEDGE = r"(?:有|为|是|整整|足足|大概|大约|约|差不多|快|将近|近|长达|至少|了)*$"
LATEST = re.compile(
    r"(?:最迟|最晚|最慢|最长|最多|至迟|至多|不晚于|不迟于|不超过|不得超过|不会[^,]{0,6}(?:超过|晚于|多于)|赶在|争取)(?:在|于|会在)?$"
)
CUE = re.compile(
    r"会|将|给(?:您|你|个|到)|回复|回电|回访|答复|反馈|联系|联络|处理|通知|致电|跟进|安排|核实|完成|到账|退款|退还|"
    r"结果|告知|上门|送到|送达|更新|同步|解决|等待|等|查|打给|打电话|电话|保证|承诺|可以|能|出具|见分晓|"
    r"搞定|办妥|办好|修复|恢复|赶到|到达|过来|派|落实|交代|说法|说明|介入|解封|发|补|审核|需要|预计|争取|尽量|"
    r"一定|必|再|就|前往|出来|赔付|赔偿|过去(?!的)|过来|带人|打回|打到|退回|退到|转到|返还|上线|恢复|放款|"
    r"去(?!年|世|过|了|的)|对接|沟通|商量|协商|陪|接手|接待|登门|探望|道歉|慰问|回话|通个气|跟[^,]{1,10}[聊谈碰说]|[距离到](?:离|了)?(?:您|你)|拜访|见面|看看|抢修|"
    r"[换装修送寄拿取接]到?(?:您|你|给|好|完|上)|肯定|一准|保准"
)
FUTURE = re.compile(
    r"会|将|保证|承诺|一定|必|可以|能|争取|尽量|需要|预计|肯定|一准|准[能会给]|保准|绝对|铁定|包您|到时候|届时"
)

SPAN_AFTER_NOT = re.compile(
    r"(?:之|以)?内的(?!时效|时限)|(?:之|以)?内(?:就|均|都)?(?:已|曾)|(?:之|以)?后(?:再|重新|请)(?:打|拨|试|来电|登录|操作|提交|申请|联系我们)|(?:之|以)?后重试|"
    r"(?:之|以)?前(?!后)|多?了(?!解|结)|多(?!久)|来(?!电|处|联|回|给)|过去|还?没|都没|还未|仍|未|"
    r"(?:的)?(?:无理由|免费|保价|包退|包换|质保|保修|有效|保质期|试用|会员|行程|车程|路程|录音|视频|监控|药|假|"
    r"通话|旅行|旅程|工资|量|孩子|宝宝|婴儿|路|课|数据|记录|份|冷静期|犹豫期)|"
    r"(?:都|均)?(?:全天|不间断|在线|服务|热线|客服|营业|值班|开放|受理|接听|人工|电话|专线|守护|待命|有人|"
    r"为(?:您|你|客户|用户)?(?:服务|守候|开放|提供)|便利|急诊|不打烊|制|开门|安全|紧急|救援|恭候|监控|轮班|自助|"
    r"(?:随时)?(?:可|能|可以)(?:拨打|联系|咨询))|[^,会]{0,3}[一二两三四五六\d]{1,2}[次顿片粒颗]|以上|起步|左右了|岁|大(?!概|约)|有余|不止|才"
)
SPAN_BEFORE_NOT = re.compile(
    r"(?:等了|过了|打了|花了|用了|找了|拖了|耽误了|持续了?|至少|不少于|最少|最快|已经?|每|每隔|过去的?|最近的?|"
    r"满|未满|不满|没到|不到|不足|提前|仅|只|失联|年龄|有效期|期限内?满|冻结|保管|寄存|存放|封禁|封号|禁言|保留|保存|保质期|质保|"
    r"保修|停运|停职|停用|(?:能|可以?|够)(?:用|撑|待机|续航|播放|坚持)|待机|续航|开了|走了|坐了|路程|车程|行程|全程|用时|耗时|营业|[^不]超过|^超过|[^不]超|^超|历时|时长|晚了|迟了|迟到|晚点|延误|"
    r"通话|录音|从业|驾龄|住了|睡了|连续|连[吃服用打跑上]|隔|出生)" + HEDGE
)
# Before a time these speak of what has been, unless it is said to be a limit.
SPAN_BEFORE_WEAK = re.compile(r"(?:了|的|都|才|近|工作|前|这)" + HEDGE)
LIMIT = re.compile(r"(?:之|以)?内")
TIMETABLE = re.compile(
    r"到期|过期|失效|关门|打烊|闭店|停业|收市|比较忙|很忙|高峰|占线|起飞|发车|开庭|开演|开赛|开售|生日|(?:航班|列车|车次|演出|会议|行程)[^,]{0,6}$"
)
NEEDED = re.compile(r"(?:预计|估计|还需要?|仍需要?|还要|还得|可能要|需要|大概要)" + HEDGE)
SEVEN = re.compile(r"(?:[7七]\s?(?:天|日)?\s?[x×*✕,]?\s?|全天|全年)$")
SPAN_MARK_AFTER = re.compile(
    r"(?:的?时间)?(?:之|以)?(?:内|后)|左右|上下|的?(?:时效|时限|期限)|时间|就|可以?|能|给|回|答|处理|联系|出|到账|到达|解决|见"
)
SPAN_MARK_BEFORE = re.compile(
    r"(?:等待?|等候|耐心|需要?|预计|大概|大约|约|最多|最迟|最晚|最长|至多|不超过|不会超过|在|于|给我们?|再|还要|还需|要|"
    r"时限|时效|期限|未来|接下来|今后|宽限|是|为|:|争取)\s?(?:您|你|我们?|上|个|约|大概|大约|一下)?\s?$"
)
NOT_SAID = re.compile(
    r"无理由|营业时间|工作时间|上班时间|服务时间|办公时间|值班时间|受理时间|服务热线|客服热线|有效期|保质期|质保|保修|保质|"
    r"(?:活动|优惠|促销|折扣|报名|[用领]券|优惠券|红包|积分)[^,]{0,10}[到至][^,]{1,12}(?:截止|为止|结束|有效)|"
    r"试用期|冷静期|犹豫期|7x24|7×24|7\*24|年龄|驾龄|祝您?|您说的|(?:可以?|能|支持)(?:申请)?(?:退货|退换|换货|退订|取消)|可以?申请"
)
REFUSED = re.compile(
    r"(?:无法|不能|没法|不敢|不保证|难以|没办法|没有办法|做不到|不可能|不一定|不承诺|没有?承诺|没说过?|不是说|不知道|说不准|"
    r"不确定|不好说|不会在|不要求|未必|别指望|不保障)(?!超过|晚于|迟于|不)"
)
TURNED = re.compile(r"(?:但|不过|可是|而是|所以)[^不没无难]{0,20}$")
NEVER = re.compile(
    r"(?:无法|不能|没法|不敢|难以|没办法|做不到|不可能|不一定|不保证|不了(?!解)|不现实|没戏|不够|不行|"
    r"不(?:安排|上班|营业|受理|接待|提供|办公|派|开门|配送|发货|出勤|工作))"
)
TOLD = re.compile(
    r"(?:之前|此前|上次|上回|昨天|昨日|前天|当时|曾经?|原来|原本|早上|刚才|上周|先前|一开始|本来|您说|你说|客户说|用户说|乘客说).{0,14}"
    r"(?:说|承诺|答应|告诉|告知|保证|讲|回复)|(?:说好|说过|答应过|承诺过|说了|承诺了|保证过|答应了)|(?:说好|答应|承诺)的"
)
LONG_AGO = re.compile(
    r"之前|此前|上次|上回|昨天|昨晚|前天|当时|曾|刚才|上周|去年|上个月|先前|原来|以前|自从|上一[次趟单个笔]"
)
DUTY = re.compile(
    r"(?:请|您需|你需|您要|您必须|您得|麻烦您|烦请|需要您|需您|您可|你可|您应|务必|逾期)[^等候谅耐留放注]{0,30}$"
)
DUTIES = re.compile(
    r"(?:之|以)?[内前]?(?:先|尽快|及时|自行|务必|自己)?(?:去|把|将|到(?!账|期|达|位)|带)|"
    r"(?:之|以)?[内前]?[^会我]{0,6}?(?:提供|提交|上传|补充|补齐|申请|退回|寄回|寄到|携带|前往|就诊|就医|拨打|致电我|联系我们|"
    r"[^会我,]{0,12}(?:给|到|至)(?:我们|客服|平台|公司)|联系客服|回复我们|报案|付款|缴|支付|取消|登录|点击|确认|验证|认证|办理|激活|领取|使用|"
    r"到店|来店|来电|退货|评价|回电给我们|签收|修改|服用|休息|到场|到达)"
)
IT_WAS = re.compile(r"(?:之前|当时)?[^,会将能]{1,6}的(?:[,吗吧呢]|$)")
YOURS = re.compile(r"(?:之|以)?[内前]?(?:得|要|需要?|必须|务必|应该?|记得)(?!等|是)")
ARRANGED = re.compile(r"(?:[约排定订]|安排|改约|改签|排期|登记|改)(?:在|到|了|好|成|好了|的是)$")
AT_LEISURE = re.compile(
    r"(?:之|以)?[内前]?[^,会将]{0,6}?(?:方便|有空|有时间|在家|得空)(?:的话|的时候|时)"
)
ASKED = re.compile(r"(?:吗|么|呢|没有|多久|哪|是不是|有没有|是否|能不能|什么)")
TAGGED = re.compile(r"(?:可以|好|行|成|方便)(?:吗|么|不)|(?:好|行|可)不(?:好|行|可以?)")
EARLIEST = re.compile(r"(?:截[至止]|最早|最快|至少|不早于)(?:也)?(?:要|得|在|到|是)?[^,]{0,4}$")
HAPPENED = re.compile(
    r"(?:之|以)?[前内]的|不(?!晚|迟|超|会晚)|没|休息|放假|休假|请假|轮休|(?:[^会将给能,]{0,8}?(?:提交|反馈|投诉|拨打|打|下单|下|来电|反映|上报|报|乘坐|购买|"
    r"发生|申请|预约|寄出?|发|订|买|收到|"
    r"致电|说|坐|接|进线|举报|联系|登记|到|丢|失踪|失联|出发|叫|约|退)(?:了|过|的|来的|您?的电话)|"
    r"[^会将给能,]{0,4}?(?:已经?|我们?已|就已|没有?|未)|的?(?:订单|行程|那[个单次通]|电话|投诉|事|航班|会议|预约))"
)
DEADLINE = re.compile(
    r"(?:\)|左右|之间|这段时间)?(?:(?:之|以)?[前内](?!的)|为止|结束前|截止|底前?|之间|期间)"
)
DONE = re.compile("了(?:哦|呢|啊|哈|的)?$")
STRICT = re.compile(r"(?:之|以)?前")
STRETCHES = {"week", "weekend"}
BARE = re.compile(r"[一-鿿a-z\d]")
FEW = 6


def heard(before: str, said: str, after: str, mark: str, when: When) -> When | None:
    """The time as promised, or None; ``mark`` is the sign that ends the clause."""
    clause = before + said + after
    latest = bool(LATEST.search(before))
    if not latest and _unpromised(before, after, mark, clause):
        return None
    if when.span:
        working = when.span.unit == "work"  # nobody counts in working days but to promise
        return when if latest or _long_enough(before, after, clause, working=working) else None
    deadline = latest or bool(DEADLINE.match(after) or ARRANGED.search(before))
    return _named(before, after, clause, when, deadline=deadline)


def _named(before: str, after: str, clause: str, when: When, *, deadline: bool) -> When | None:
    """A day or an hour needs a deadline, or a word of doing something for the reporter."""
    if not deadline:
        if before.endswith("是") and IT_WAS.match(after):
            return None
        if HAPPENED.match(after) or TIMETABLE.search(before) or TIMETABLE.search(after):
            return None
        if DONE.search(clause) and not FUTURE.search(clause):
            return None
        if not (CUE.search(clause) or _bare(before + after)):
            return None
    strict = bool(STRICT.match(after)) and when.day is not None and when.day.kind in STRETCHES
    return replace(when, deadline=deadline, before=strict)


def _unpromised(before: str, after: str, mark: str, clause: str) -> bool:
    """What holds for spans and for named times alike."""
    refused = REFUSED.search(before) and not TURNED.search(before)
    if NOT_SAID.search(clause) or refused or EARLIEST.search(before):
        return True
    if (
        NEVER.search(after)
        or AT_LEISURE.match(after)
        or (TOLD.search(before) and not before.endswith("会"))
    ):
        return True
    if before.endswith(("您", "你")) and YOURS.match(after):
        return True
    if DUTY.search(before) and DUTIES.match(after):
        return True
    asks = mark == "?" or clause.rstrip().endswith(("吗", "么"))
    if asks and not TAGGED.search(clause) and (ASKED.search(clause) or not FUTURE.search(clause)):
        return True
    past = LONG_AGO.search(before)
    return bool(past and not FUTURE.search(before, past.end()) and not FUTURE.search(after))


def _long_enough(before: str, after: str, clause: str, *, working: bool) -> bool:
    only_then = after.startswith("才") and NEEDED.search(before)
    if (SPAN_AFTER_NOT.match(after) and not only_then) or SEVEN.search(before):
        return False
    if SPAN_BEFORE_NOT.search(before):
        return False
    if SPAN_BEFORE_WEAK.search(before) and not LIMIT.match(after):
        return False
    marked = SPAN_MARK_AFTER.match(after) or SPAN_MARK_BEFORE.search(before)
    return bool(working or marked or CUE.search(clause) or _bare(before + after))


def _bare(rest: str) -> bool:
    """Whether hardly anything else is said: an answer that is only a time."""
    return len(BARE.findall(rest)) <= FEW
