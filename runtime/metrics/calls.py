"""What ``metrics`` asks of a program."""

from runtime.control.calls import Call, Nothing

METRICS = Call("metrics", Nothing, str, reads=True)
