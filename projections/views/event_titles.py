"""What an event says, in words a person reads: the term of the office, its English, and the particulars."""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from domain.record import EVENT_TYPES, Event, stamp
from domain.sealing import Sealed

HASH_LENGTH = 64
HASH = re.compile(r"[0-9a-f]+$")
"""A content hash is shown by its beginning."""

TITLES = {
    "application.intake_registered": "收件 intake registered",
    "application.material_submitted": "提交材料 material handed in",
    "application.material_accepted": "材料合格 material accepted",
    "application.material_found_defective": "材料不合格 material defective",
    "application.material_found_missing": "材料缺失 material missing",
    "application.material_waived": "材料免交 material waived",
    "application.material_deferred": "容缺受理 material deferred",
    "application.notice_given": "一次性告知 one-time notice given",
    "application.accepted": "受理 accepted",
    "application.deemed_accepted": "视为受理 deemed accepted",
    "application.acceptance_refused": "不予受理 acceptance refused",
    "application.part_not_accepted": "单项不予受理 part not accepted",
    "application.task_opened": "转部门审批 approval task opened",
    "application.task_claimed": "认领 task claimed",
    "application.task_released": "退回待办 task released",
    "application.task_delegated": "转办 task delegated",
    "application.task_reassigned": "改派 task reassigned",
    "application.task_snoozed": "暂缓 task put aside",
    "application.snooze_ended": "恢复待办 back in the queue",
    "application.question_asked": "征求意见 question asked",
    "application.question_answered": "意见反馈 question answered",
    "application.task_returned": "补正 returned for a supplement",
    "application.task_resubmitted": "补正完成 supplement complete",
    "application.task_approved": "部门同意 task approved",
    "application.task_refused": "部门不同意 task refused",
    "application.task_closed": "任务终结 task closed",
    "application.supplement_lapsed": "逾期未补正 supplement period lapsed",
    "application.supplement_overdue": "逾期未补正待决定 supplement overdue, to be decided",
    "application.task_supplement_lapsed": "部门补正逾期 supplement for a task lapsed",
    "application.deferral_lapsed": "容缺逾期退件 promised material overdue, sent back",
    "application.part_sent_back": "单项容缺逾期退件 part sent back, promised material overdue",
    "application.handing_over_held": "容缺逾期暂缓发证 promised material overdue, handing over held back",
    "application.light_turned": "红黄灯 light turned",
    "application.clock_stopped": "停止计时 clock stopped",
    "application.inspection_begun": "现场核查 inspection begun",
    "application.inspection_ended": "核查结束 inspection ended",
    "application.clock_resumed": "恢复计时 clock resumed",
    "application.limit_extended": "延长 limit extended",
    "application.limits_recounted": "重新计算期限 limits counted anew",
    "application.extension_refused": "不予延长 extension refused",
    "application.decided": "决定 decided",
    "application.item_decided": "单项决定 item decided",
    "application.item_result_ready": "单项出件 result of an item ready",
    "application.item_issued": "单项窗口反馈 result of an item issued",
    "application.result_ready": "出件 result ready",
    "application.result_issued": "窗口反馈 result issued",
    "application.evaluated": "好差评 evaluated",
    "application.handing_over_failed": "未能送达 handing over failed",
    "application.result_uncollected": "逾期未领 result uncollected",
    "application.evaluation_lapsed": "评价期满 evaluation period over",
    "application.rectification_opened": "差评整改 rectification opened",
    "application.rating_verified": "差评核实 rating verified",
    "application.complaint_closed": "投诉不成立结案 unfounded complaint closed",
    "application.rating_replied": "整改反馈 rating replied to",
    "application.rectification_reviewed": "回访 called back",
    "application.merged_into": "并案 merged into another case",
    "application.duplicate_found": "重复登记 duplicate found",
    "application.intake_claimed": "认领 taken in hand by a front desk",
    "application.transferred": "移交 transferred to another hall",
    "application.late_document_filed": "补充归档 late document filed",
    "application.reopened": "复议重办 reopened",
    "application.acceptance_reopened": "复议后重新受理审查 acceptance reopened",
    "application.moved_to_version": "适用新版 moved to a newer version",
    "application.revoked": "撤销许可 grant revoked",
    "application.licence_cancelled": "注销许可 licence cancelled",
    "application.terminated": "终止办理 terminated",
    "application.part_withdrawn": "部分撤回 part withdrawn",
    "application.withdrawn": "撤回 withdrawn",
    "application.step_recorded": "步骤 step recorded",
    "application.row_corrected": "行更正 row of the log corrected",
    "application.row_taken_out": "行删除 row taken out of the log",
    "application.clerical_error_corrected": "更正 clerical error corrected",
    "ticket.booked": "预约 visit booked",
    "ticket.taken": "取号 ticket taken",
    "ticket.called": "叫号 called",
    "ticket.recalled": "重呼 called again",
    "ticket.no_show": "过号 no-show",
    "ticket.transferred": "转号 transferred to another queue",
    "ticket.matter_served": "事项办毕 matter served",
    "ticket.served": "离窗 served",
    "ticket.given_up": "弃号 given up",
    "ticket.lapsed": "当日失效 lapsed with the day",
}
"""Every event of a case and of a ticket by its stored name."""


def title(event: Event) -> str:
    """The term of an event, Chinese and English."""
    return TITLES[event.type_name]


def particulars(event: Event) -> str:
    """What an event says beyond its name. Personal data stays sealed: its field reads as such."""
    values, labels = _told(event.type_name)
    said = [
        f"{label}: {_text(value) if value.__class__ is str else _sayer(value.__class__)(value)}"
        for label, value in zip(labels, values(event), strict=True)
        if value or value == 0
    ]
    return "; ".join(said)


@cache
def _told(type_name: str) -> tuple[Callable[[Event], tuple[Any, ...]], tuple[str, ...]]:
    """What gives the values of an event of this type, and what each is called in words."""
    kind: Any = EVENT_TYPES[type_name]
    names = [field.name for field in fields(kind)]
    return _values(names), tuple(name.replace("_", " ") for name in names)


def _values(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


@cache
def _sayer(kind: Any) -> Callable[[Any], str]:
    """What says a value of some kind."""
    if issubclass(kind, datetime):
        return lambda value: stamp(value)[:16] + "Z"
    if issubclass(kind, StrEnum | date | int):
        return str
    if issubclass(kind, str):
        return _text
    if issubclass(kind, Sealed):
        return lambda value: "(sealed)"
    if issubclass(kind, tuple):
        return lambda value: ", ".join([_sayer(part.__class__)(part) for part in value])
    if issubclass(kind, dict):
        return lambda value: ", ".join([f"{key}={part}" for key, part in value.items()])
    parts = _values(getattr(kind, "__struct_fields__", None) or [field.name for field in fields(kind)])
    return lambda value: " ".join([_sayer(part.__class__)(part) for part in parts(value) if part is not None])


def _text(value: str) -> str:
    return value if len(value) != HASH_LENGTH or not HASH.match(value) else value[:12] + "…"
