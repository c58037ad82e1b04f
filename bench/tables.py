"""Tables on the terminal, as docs/performance.md shows them."""

from collections.abc import Sequence


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table, columns aligned: the first to the left, figures to the right."""
    widths = [max(len(line[n]) for line in [head, *rows]) for n in range(len(head))]
    print(f"\n{title}\n")
    for line in [head, ["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])], *rows]:
        cells = [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
        print(f"| {' | '.join(cells)} |")
