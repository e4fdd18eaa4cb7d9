import sys
from threading import Barrier, Thread

from modeldeck.engine.late import late


class Owner:
    def __init__(self) -> None:
        self.made = 0

    @late
    def part(self) -> list[int]:
        """A part."""
        self.made += 1
        return [self.made]


def test_a_part_is_made_once_and_with_its_first_use() -> None:
    owner = Owner()

    assert owner.made == 0
    assert owner.part is owner.part
    assert owner.made == 1


def test_every_owner_has_its_own() -> None:
    assert Owner().part is not Owner().part


def test_several_threads_get_the_same_one() -> None:
    owner, start, found = Owner(), Barrier(8), list[list[int]]()

    def ask() -> None:
        start.wait()
        found.append(owner.part)

    threads = [Thread(target=ask) for _ in range(8)]
    pause = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(pause)

    assert found == [[1]] * 8
