"""How close the offline count of tokens comes to the real one, before and after a session's first answer.

``python benchmarks/tokens.py`` prints tables. Real = the vocabulary itself (splintr), plus what a chat format puts
around texts, tools and messages, which `TokenCounter` is not told. None of this material was used to fit the weights.

A session: a system prompt and tools as in real use, then 40 requests that each add an answer and a message. `mixed`
draws every message from all kinds of material; the others begin with three requests of one kind and go on with
another, which is the hardest case: what was learnt is about text that no longer comes. *Uncorrected* is the estimate
alone, *taught once* has learnt from the first answer's usage and from no other, *taught always* from every answer's, as
the program does. The first request, before there is anything to learn from, is not among the errors.
"""

import base64
import json
import random
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from splintr import AnyTokenizer, Tokenizer

from aircher.domain.ids import CallId
from aircher.domain.messages import Message, Part, Role, TextPart, ToolCallPart, ToolResultPart
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.engine.token_counter import TokenCounter
from aircher.support.exact_tokens import exact_counter
from aircher.support.token_estimate import estimate

ROOT = Path(__file__).resolve().parents[1]
VOCABULARIES = {
    "o200k": "o200k_base",
    "cl100k": "cl100k_base",
    "gemma": "gemma3",
    "llama3": "llama3",
    "qwen": "qwen3",
    "deepseek": "deepseek_v3",
    "mistral": "mistral_v3",
    "glm": "glm4",
    "kimi": "kimi_k2",
}
STRANGERS = (("unknown", "llama2"), ("claude", "o200k_base"), ("claude", "llama2"), ("unknown", "gemma4"))
"""A family and a vocabulary that is not its own: what learning does where the weights are wrong."""
SESSIONS, REQUESTS = 12, 40
MIXES = {
    "mixed": ("any", "any"),
    "prose, then code": ("prose", "code"),
    "code, then JSON": ("code", "json"),
    "prose, then Chinese": ("prose", "zh"),
    "Russian, then code": ("ru", "code"),
    "code, then base64": ("code", "base64"),
    "code, then minified": ("code", "minified"),
    "JSON, then diffs": ("json", "diff"),
}
PARAGRAPHS = {
    "zh": (
        "这个函数先读取配置文件,然后检查每一个字段的类型。如果有错误,它会把文件名、行号和期望的值一起告诉用户。",
        "昨天部署之后,缓存命中率从百分之九十降到了六十。我们怀疑是键的前缀变了,所以旧的数据再也找不到了。",
        "请把数据库迁移拆成两步:第一步只增加新的列,第二步等所有服务都升级之后再删除旧的列。",
        "测试失败的原因不是代码本身,而是时区:服务器在东京,而断言里写的是协调世界时。",
    ),
    "ja": (
        "この関数は設定ファイルを読み込み、各項目の型を確認します。誤りがあれば、行番号と期待される値を表示します。",
        "昨日のリリース以降、応答時間が二倍になりました。原因は接続プールの上限が小さすぎたことだと思われます。",
        "移行は二段階に分けてください。まず新しい列を追加し、すべてのサーバーが更新された後で古い列を削除します。",
    ),
    "ru": (
        "Эта функция сначала читает файл настроек, затем проверяет тип каждого поля и сообщает, где ошибка.",
        "После вчерашнего обновления сервер отвечает вдвое медленнее: похоже, исчерпан пул соединений с базой.",
        "Разделите миграцию на два шага: сначала добавьте новый столбец, а старый удалите, когда обновятся все службы.",
    ),
    "ar": (
        "تقرأ هذه الدالة ملف الإعدادات أولاً، ثم تتحقق من نوع كل حقل وتخبر المستخدم برقم السطر الذي فيه الخطأ.",
        "بعد تحديث الأمس أصبح الخادم أبطأ مرتين، ويبدو أن عدد الاتصالات المسموح بها بقاعدة البيانات صغير جداً.",
    ),
    "emoji": (
        "✅ build passed 🚀 deploying… 🔥 hot path: 12 ms → 7 ms 🎉 done 👍🏽 ⚠️ 3 warnings ❌ 0 errors 🧪 418 tests",
        "├── 📁 src\n│   ├── 🐍 main.py\n│   └── 📦 package.json\n└── 📝 README.md — draft № 2 • “quoted” ½ µs ≤ 3 ×",
    ),
}
TOOLS = tuple(
    ToolSpec(
        name=name,
        description=f"{text} Paths are relative to the project. The result is cut at 30,000 characters.",
        parameters={
            "type": "object",
            "properties": {
                "path": {"type": "string", "description": "File or folder, relative to the root of the project."},
                "pattern": {"type": "string", "description": "Regular expression in Python's syntax."},
                "limit": {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 200},
            },
            "required": ["path"],
            "additionalProperties": False,
        },
    )
    for name, text in (
        ("read_file", "Read a text file."),
        ("search", "Search the files of the project for a pattern."),
        ("list_files", "List the files below a folder that git does not ignore."),
        ("edit_file", "Replace one passage of a file by another."),
        ("run_command", "Run a command in the project's folder."),
    )
)


@dataclass(frozen=True)
class ChatFormat:
    """What one server puts around the texts. Hidden from the counter."""

    message_tokens: int
    call_tokens: int
    hidden_tokens: int


def minified(source: str) -> str:
    """Make something like the output of a bundler: short names, no white space."""
    words = source.replace("self.", "").replace("def ", "function ").replace("None", "null").split()
    names = {
        word: f"{chr(97 + n % 26)}{n % 7}" for n, word in enumerate(sorted({w for w in words if w.isidentifier()}))
    }
    return "".join(names.get(word, word) + ("" if word[-1] in "(){}:,;" else ";") for word in words)


def as_json(draw: random.Random) -> str:
    """Make what a tool answers: rows of a search, indented or not."""
    rows = [
        {
            "id": draw.randrange(10**6),
            "path": draw.choice(("src/app/main.py", "docs/index.md", "lib/net/http_client.go")),
            "line": draw.randrange(900),
            "score": round(draw.random(), 4),
            "updated_at": f"2026-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}T12:{draw.randrange(60):02}:00Z",
            "commit": draw.randbytes(20).hex(),
            "text": draw.choice(("return self.journal.write(label)", "raise ValueError(message)", "if not found:")),
        }
        for _ in range(90)
    ]
    return json.dumps(rows, indent=draw.choice((None, 2)))


def material(draw: random.Random) -> dict[str, list[str]]:
    """Return long texts of every kind."""
    code = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py"))]
    log = subprocess.run(["git", "-C", ROOT, "log", "-p", "-30"], capture_output=True, text=True, check=True).stdout
    found = {
        "code": [text for text in code if len(text) > 1_000],
        "prose": [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))],
        "json": [as_json(draw) for _ in range(20)],
        "diff": [log[start : start + 20_000] for start in range(0, min(len(log), 600_000), 20_000)],
        "base64": [base64.b64encode(draw.randbytes(6_000)).decode() for _ in range(5)],
        "minified": [minified(text) for text in code if len(text) > 4_000],
    }
    for language, paragraphs in PARAGRAPHS.items():
        found[language] = [" ".join(draw.choices(paragraphs, k=40)) for _ in range(5)]
    return found


def passage(texts: list[str], draw: random.Random) -> str:
    """Cut a passage of 100 to 8,000 characters."""
    text = draw.choice(texts)
    length = draw.choice((100, 400, 1_500, 4_000, 8_000))
    start = draw.randrange(max(1, len(text) - length))
    return text[start : start + length]


def turn(number: int, kind: str, texts: dict[str, list[str]], draw: random.Random) -> tuple[Message, ...]:
    """Return an answer and what comes after it: a tool's result or the user's next message."""
    kind = draw.choice(sorted(texts)) if kind == "any" else kind
    answer: list[Part] = [TextPart(text=passage(texts["prose"], draw)[: draw.choice((80, 300, 900))])]
    if draw.random() < 0.3:
        return (
            Message(role=Role.ASSISTANT, parts=tuple(answer)),
            Message(role=Role.USER, parts=(TextPart(text=passage(texts[kind], draw)),)),
        )
    call = CallId(f"call_{number}")
    answer.append(ToolCallPart(call_id=call, name="read_file", arguments={"path": f"src/app/module_{number}.py"}))
    result = ToolResultPart(call_id=call, name="read_file", content=passage(texts[kind], draw))
    return Message(role=Role.ASSISTANT, parts=tuple(answer)), Message(role=Role.TOOL, parts=(result,))


def session(kinds: tuple[str, str], texts: dict[str, list[str]], draw: random.Random) -> Iterator[ModelRequest]:
    """Yield the requests of a session that grows."""
    system = texts["prose"][0][:3_000]
    messages = [Message(role=Role.USER, parts=(TextPart(text="Find out why the test fails, and mend it."),))]
    for number in range(REQUESTS):
        yield ModelRequest(model="m", system=system, messages=tuple(messages), tools=TOOLS)
        messages += turn(number, kinds[0] if number < 2 else kinds[1], texts, draw)


class Server:
    """Counts a request with the real vocabulary, each message once."""

    def __init__(self, tokenizer: AnyTokenizer, chat_format: ChatFormat) -> None:
        self.tokenizer = tokenizer
        self.format = chat_format
        self.counted: dict[int, tuple[object, int]] = {}

    def usage(self, request: ModelRequest) -> int:
        tools = [
            {
                "type": "function",
                "function": {"name": t.name, "description": t.description, "parameters": dict(t.parameters)},
            }
            for t in request.tools
        ]
        fixed = self.format.hidden_tokens + self.of(json.dumps(tools)) + self.of(request.system)
        return fixed + sum(map(self.of_message, request.messages))

    def of(self, text: str) -> int:
        return len(self.tokenizer.encode_ordinary(text))

    def of_message(self, message: Message) -> int:
        if id(message) not in self.counted:
            tokens = self.format.message_tokens
            for part in message.parts:
                match part:
                    case ToolCallPart():
                        text = json.dumps({"name": part.name, "arguments": dict(part.arguments)})
                        tokens += self.format.call_tokens + self.of(text)
                    case ToolResultPart():
                        tokens += self.format.call_tokens + self.of(part.content)
                    case TextPart():
                        tokens += self.of(part.text)
            self.counted[id(message)] = (message, tokens)
        return self.counted[id(message)][1]


@dataclass
class Errors:
    """Relative errors of the requests after the first: uncorrected, taught once, taught after every answer."""

    raw: list[float]
    once: list[float]
    each: list[float]


def run(family: str, vocabulary: str, kinds: tuple[str, str], texts: dict[str, list[str]]) -> Errors:
    """Run sessions of one mix against one vocabulary."""
    draw = random.Random(f"{family} {vocabulary} {kinds}")
    tokenizer = Tokenizer.from_pretrained(vocabulary)
    errors = Errors([], [], [])
    for _ in range(SESSIONS):
        server = Server(tokenizer, ChatFormat(draw.randrange(3, 9), draw.randrange(4, 20), draw.randrange(0, 500)))
        once, each = TokenCounter(family), TokenCounter(family)
        for number, request in enumerate(session(kinds, texts, draw)):
            actual, counted = server.usage(request), each.count_request(request)
            if number == 0:
                once.learn(counted, actual)
            else:
                errors.raw.append(abs(counted / actual - 1))
                errors.once.append(abs(once.corrected(counted) / actual - 1))
                errors.each.append(abs(each.corrected(counted) / actual - 1))
            each.learn(counted, actual)
    return errors


def figures(errors: list[float]) -> str:
    """Return p50 and p90 in per cent."""
    return f"{statistics.median(errors):.1%} | {p90(errors):.1%}"


def p90(errors: list[float]) -> float:
    return statistics.quantiles(errors, n=10)[8]


def report_families(texts: dict[str, list[str]]) -> None:
    print(
        f"{SESSIONS} sessions of {REQUESTS} requests for each row, mixed material. Error of the whole prompt's count.\n"
    )
    print("| family | real | p50 uncorrected | p90 | p50 taught once | p90 | p50 taught always | p90 | wanted |")
    print("|---|---|---|---|---|---|---|---|---|")
    for family, vocabulary in (*VOCABULARIES.items(), *STRANGERS):
        errors = run(family, vocabulary, MIXES["mixed"], texts)
        print(
            f"| {family} | {vocabulary} | {figures(errors.raw)} | {figures(errors.once)} | {figures(errors.each)} "
            "| p90 ≤ 10 % |"
        )


def report_mixes(texts: dict[str, list[str]]) -> None:
    print("\nThe same by kind of session: p90 of the worst family, which is named.\n")
    print("| session | uncorrected | taught once | taught always | families over 10 % when taught once |")
    print("|---|---|---|---|---|")
    for mix, kinds in MIXES.items():
        found = {family: run(family, name, kinds, texts) for family, name in VOCABULARIES.items()}
        cells = []
        for column in ("raw", "once", "each"):
            worst, family = max((p90(getattr(errors, column)), family) for family, errors in found.items())
            cells.append(f"{worst:.1%} {family}")
        over = [family for family, errors in found.items() if p90(errors.once) > 0.1]
        print(f"| {mix} | {' | '.join(cells)} | {', '.join(over) or 'none'} |")


def best_s(work: Callable[[], object]) -> float:
    """Return the shortest of five CPU times."""
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def words(text: str) -> int:
    return len(text.split())


def report_speed(texts: dict[str, list[str]]) -> None:
    print("\n| text of 4 MB | estimate | × `len(text.split())` | exact (o200k) |")
    print("|---|---|---|---|")
    count = exact_counter("o200k")
    assert count is not None
    samples = {kind: "".join(texts[kind]) for kind in ("code", "prose", "json", "zh")} | {"one letter": "a"}
    for kind, sample in samples.items():
        text = sample * (4_000_000 // len(sample.encode()) + 1)
        megabytes = len(text.encode()) / 1e6
        estimated = best_s(partial(estimate, text, "o200k"))
        split = best_s(partial(words, text))
        exact = best_s(partial(count, text))
        print(f"| {kind} | {megabytes / estimated:.0f} MB/s | {estimated / split:.1f} | {megabytes / exact:.0f} MB/s |")


def report_growth(texts: dict[str, list[str]]) -> None:
    """A session of 200 turns: what the last count costs, when everything before is known."""
    draw = random.Random(1)
    messages: tuple[Message, ...] = ()
    counter = TokenCounter("o200k")
    tokens, took_s = 0, 0.0
    for number in range(200):
        messages += turn(number, "any", texts, draw)
        request = ModelRequest(model="m", system=texts["prose"][0], messages=messages, tools=TOOLS)
        start = time.process_time()
        tokens = counter.count_request(request)
        took_s = time.process_time() - start
    fresh_s = best_s(lambda: TokenCounter("o200k").count_request(request))
    print(
        f"\nThe 200th request of a session, {tokens} tokens: {took_s * 1000:.1f} ms; "
        f"counted from nothing {fresh_s * 1000:.1f} ms."
    )


def main() -> None:
    texts = material(random.Random(20261127))
    report_families(texts)
    report_mixes(texts)
    report_speed(texts)
    report_growth(texts)


if __name__ == "__main__":
    main()
