"""Running sums of how many rows each block takes: where a block begins is known without adding up all before it.

A Fenwick tree: appending, changing one height and asking for a sum cost the logarithm of the number of blocks.
"""

from collections.abc import Iterable


class Heights:
    """How many rows each of a list of blocks takes, in order."""

    __slots__ = ("_sums", "_values")

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values: list[int] = []
        self._sums = [0]
        for value in values:
            self.append(value)

    def __len__(self) -> int:
        return len(self._values)

    def append(self, value: int) -> None:
        """Add a block at the end."""
        self._values.append(value)
        at = len(self._values)
        total, step = value, 1
        while step < at & -at:
            total += self._sums[at - step]
            step *= 2
        self._sums.append(total)

    def set(self, index: int, value: int) -> None:
        """Change how many rows one block takes."""
        change = value - self._values[index]
        self._values[index] = value
        at = index + 1
        while at < len(self._sums):
            self._sums[at] += change
            at += at & -at

    def before(self, index: int) -> int:
        """Return how many rows the first ``index`` blocks take together."""
        total, at = 0, index
        while at:
            total += self._sums[at]
            at -= at & -at
        return total

    @property
    def total(self) -> int:
        """Return how many rows all blocks take."""
        return self.before(len(self._values))

    def find(self, row: int) -> tuple[int, int]:
        """Return the block that holds this row, and the row within it; behind the end: the last block's end."""
        at, step = 0, 1 << len(self._values).bit_length()
        while step:
            after = at + step
            if after < len(self._sums) and self._sums[after] <= row:
                at = after
                row -= self._sums[after]
            step //= 2
        if at >= len(self._values):
            return max(0, len(self._values) - 1), self._values[-1] if self._values else 0
        return at, row
