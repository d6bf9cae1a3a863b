"""All ports as fakes, with their own types so that tests can look inside."""

from dataclasses import dataclass

from mtc.infra.cache import Limits, MemoryCache
from mtc.infra.ports import Ports
from mtc.infra.queue import NullQueue
from tests.fakes.dns import FakeDns
from tests.fakes.http import FakeHttp
from tests.fakes.mail import MemoryMail
from tests.fakes.pictures import InlinePictures
from tests.fakes.storage import MemoryStorage


@dataclass(frozen=True)
class FakePorts(Ports):
    """Ports whose types say that they are fakes."""

    cache: MemoryCache
    queue: NullQueue
    storage: MemoryStorage
    mail: MemoryMail
    http: FakeHttp
    dns: FakeDns
    pictures: InlinePictures


def fake_ports() -> FakePorts:
    """A fresh set of fakes: put it under app.extensions["mtc.ports"]."""
    cache = MemoryCache()
    return FakePorts(
        cache=cache,
        limits=Limits(cache),
        queue=NullQueue(),
        storage=MemoryStorage(),
        mail=MemoryMail(),
        http=FakeHttp(),
        dns=FakeDns(),
        pictures=InlinePictures(),
    )
