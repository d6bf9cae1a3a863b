"""Pictures decoded within the test's own process."""

from typing import Any

from mtc.infra.pictures.pillow import PillowPictures
from mtc.infra.pictures.pillow_process import answer


class InlinePictures(PillowPictures):
    """The same work without starting a program for each picture; `jobs` are those that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[str] = []

    def run(self, job: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        self.jobs.append(job["do"])
        return answer(job, data)
