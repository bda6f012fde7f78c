"""EventBridge Scheduler: a name that is taken is a conflict, 409, not 400.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#API_CreateSchedule_Errors
"""

from moto.scheduler.exceptions import ScheduleExists


def patch() -> None:
    of_moto = ScheduleExists.__init__

    def conflict(self: ScheduleExists, name: str) -> None:
        of_moto(self, name)
        self.code = 409

    ScheduleExists.__init__ = conflict
