"""What ``doctor`` asks of the process that owns a data folder."""

from runtime.control.calls import Call, Nothing
from runtime.doctor.finding import Found

DOCTOR = Call("doctor", Nothing, list[Found], reads=True)
PROVISION_DOCTOR = Call("provision.doctor", Nothing, list[Found], reads=True)
