"""Pieces of Markdown that simulated answers are put together from, by subject."""

PYTHON = '''\
## Code in Python

```python
from collections.abc import Iterable, Iterator


def merge(left: Iterable[int], right: Iterable[int]) -> Iterator[int]:
    """Merge two sorted inputs into one sorted output."""
    first, second = iter(left), iter(right)
    a, b = next(first, None), next(second, None)
    while a is not None and b is not None:
        if a <= b:
            yield a
            a = next(first, None)
        else:
            yield b
            b = next(second, None)
    for value, rest in ((a, first), (b, second)):
        if value is not None:
            yield value
            yield from rest
```

It walks both inputs once: `O(n + m)` steps, and never holds more than one value of each.'''

RUST = """\
## The same in Rust

```rust
fn main() {
    let words = ["deck", "model", "token"];
    let longest = words.iter().max_by_key(|word| word.len());
    match longest {
        Some(word) => println!("longest: {word}"),
        None => println!("nothing to compare"),
    }
}
```"""

SQL = """\
## A query

```sql
SELECT   model, count(*) AS attempts, round(sum(cost_usd), 4) AS spent
FROM     attempts
WHERE    day >= '2026-01-01' AND status <> 'cancelled'
GROUP BY model
HAVING   count(*) > 10
ORDER BY spent DESC;
```"""

SHELL = """\
## On the command line

```bash
git diff --stat | tail -1
for file in src/*.py; do
    wc -l "$file"
done | sort -n
```

Long lines in code are not wrapped:

```text
0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789
```"""

CONFIG = """\
## Settings

```toml
[selection]
strategy = "balanced"
free_first = true
```

```json
{"name": "lantern", "sizes": [8, 70, 405], "open": true, "price": null}
```

```html
<p class="note">Tags &amp; entities stay <em>text</em> here.</p>
```"""

TABLE = """\
## Side by side

| choice | price per million | context | speed | good for |
| :--- | ---: | ---: | :---: | :--- |
| small | $0.05 | 32k | fast | short answers, classification |
| middle | $0.40 | 128k | usual | most work |
| large | $15.00 | 200k | slow | hard problems, long documents |
| local | $0 | 64k | it depends | **private** text, `offline` work |"""

WIDE_TABLE = """\
## A wide table

| greeting | language | script | note |
| --- | --- | --- | --- |
| こんにちは | Japanese | kana | wide characters |
| 안녕하세요 | Korean | hangul | wide characters |
| 你好,世界 | Chinese | han | wide characters and a full-width comma |
| Здравствуйте | Russian | cyrillic | narrow characters |
| שלום | Hebrew | hebrew | written from right to left |
| 👋🏽 👩‍👩‍👧 🇯🇵 | none | emoji | joined signs of unsure width |"""

LISTS = """\
## Points to keep in mind

- Start with the **smallest** thing that could work.
  - Measure it before you change it.
  - Keep the numbers: *opinions fade*.
- Write down what is ~~obvious~~ assumed.
- Links such as [the Markdown guide](https://www.markdownguide.org) and <https://example.org> are only text here.

1. First the question.
2. Then the data.
   1. Where does it come from?
   2. How old is it?
3. Only then the answer.

- [x] read the question
- [ ] doubt the answer"""

QUOTE = """\
## What others say

> The first ninety percent of the work takes the first ninety percent of the time.
>
> > The other ten percent takes the other ninety percent.
>
> A quotation with `code`, **weight** and a [link](https://example.org/quotes).

---"""

PROSE = """\
## At length

A deck of models is a little like a workshop wall. Every tool hangs in its place, some are cheap and some are not,
and the art lies in reaching for the right one without looking. Most days the small plane is enough; on others only
the big saw will do, and nobody minds its price because it is used so rarely.

What makes the difference is knowing what each one did the last time. A note that says "worked, took two seconds, cost
a tenth of a cent" is worth more than any advertisement, and a row of such notes is worth more than a memory. That is
why a ledger that never forgets is kept beside the tools, and why it is read before the next one is taken down.

The rest is patience. Answers arrive word by word, and while they do there is time to think about the next question,
to notice that the last one was put badly, and to stop what is no longer needed. Stopping early is a skill as well."""

MATH = """\
## Step by step

1. Let *n* be the number of pairs. Each pair shakes hands once, so there are n(n − 1) / 2 handshakes.
2. For n = 12 that is 12 · 11 / 2 = 66.
3. Check with a smaller case: n = 3 gives 3, which can be counted on one hand.

$$\\sum_{k=1}^{n-1} k = \\frac{n(n-1)}{2}$$

**Result:** 66 ≈ 6.6 × 10¹."""

SUMMARY = """\
## In short

- **What:** a text was given, and this stands where its summary would be.
- **Why:** so that lists, bold words and line breaks can be seen as they stream.
- **So what:** nothing was read, nothing was understood, and nothing left this machine."""

TRANSLATION = """\
## In other languages

- Deutsch: *Der schnelle braune Fuchs springt über den faulen Hund.*
- Français : « Portez ce vieux whisky au juge blond qui fume. »
- Español: ¿Dónde está la biblioteca? ¡Ahí mismo!
- 日本語: いろはにほへと ちりぬるを
- 中文: 天地玄黄,宇宙洪荒。
- العربية: مرحبا بالعالم"""

MARKUP = """\
## Text that looks like markup

Square brackets such as [bold], [/], [red on blue]this[/] or [@click=app.quit]that[/] are only text, and so are
{braces}, $variables, <tags>, back\\slashes and a lone ` backtick."""

CLOSING = "That is all that was simulated. 🙂"

BY_SUBJECT = {
    "code": (PYTHON, RUST, SQL, SHELL, CONFIG),
    "math": (MATH, TABLE),
    "summary": (SUMMARY, LISTS),
    "translation": (TRANSLATION, WIDE_TABLE),
    "table": (TABLE, WIDE_TABLE),
    "story": (PROSE, QUOTE),
}
EVERY = (LISTS, TABLE, PROSE, PYTHON, QUOTE, MATH, TRANSLATION, SUMMARY, CONFIG, WIDE_TABLE, SHELL, RUST, SQL, MARKUP)

THOUGHTS = (
    "The question has to be read twice before it is answered once.",
    "Nothing is really being thought here; these lines only stand where thinking would be shown.",
    "First, what is asked for: an answer, an explanation, or only an example?",
    "A short answer may be enough, but an example makes it easier to check.",
    "There are two ways to do this, and the simpler one seems to hold for every case given.",
    "Let me check the edges: nothing at all, one thing, and far too many things.",
    "The numbers agree with each other, so the second way is not needed.",
    "One more look at the wording, then the answer can be written down.",
)
