"""A folder for training: what is made there is sealed to nobody and goes nowhere."""

from protocol.errors.base import Fault, RefusedError


class TrainingError(RefusedError):
    """A training folder sends nothing, takes nothing in, and its slips prove nothing."""

    code = "training"
    fault = Fault.CLERK
    zh = "这是练习：申请没有封给任何人，不送出、不装 U 盘，凭证不算数。正式办件请到正式的工作台。"
