"""What can be read off a model's name, where its list says nothing."""

import re
from collections.abc import Collection

_WORDS = re.compile(r"[a-z]+")
# fmt: off
_CODE_WORDS = frozenset({
    "code", "codegeex", "codegemma", "codegen", "codellama", "coder", "codestral", "codex", "deepcoder", "devstral",
    "opencoder", "starcoder", "wizardcoder",
})
_NO_CHAT_WORDS = frozenset({
    "bge", "dall", "embed", "embedder", "embedding", "embeddings", "moderation", "realtime", "rerank", "reranker",
    "transcribe", "tts", "whisper",
})
# fmt: on
_QUANTIZATION = re.compile(
    r"(?:^|[-._@])((?:I?Q\d(?:_[A-Z0-9]+)*)|BF16|F16|F32|MXFP4|[48]bit)(?=$|[-.])", re.IGNORECASE
)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([KMBT])", re.IGNORECASE)
_SCALE = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def is_code_model(name: str) -> bool:
    """Whether a whole word of the name says that the model was made for code ("encoder" does not)."""
    return has_word(name, _CODE_WORDS)


def is_chat_model(name: str, others: Collection[str] = ()) -> bool:
    """False where a word of the name says that the model does not write text (embeddings, speech, images).

    `others` are further words of that kind, which mean it at one vendor.
    """
    return not has_word(name, _NO_CHAT_WORDS) and not has_word(name, others)


def has_word(name: str, words: Collection[str]) -> bool:
    """Whether one of these words, in lower case, is a whole word of the name."""
    return bool(words) and any(word in words for word in _WORDS.findall(name.lower()))


def quantization_of(name: str) -> str | None:
    """The quantization in a file name such as `Llama-3.1-8B-Instruct-Q4_K_M.gguf`."""
    match = _QUANTIZATION.search(name)
    return match.group(1) if match else None


def parse_parameters(text: str) -> int | None:
    """Weights in a label such as `8.2B` or `26B-A4B` (the first number: all of them)."""
    match = _AMOUNT.match(text.strip())
    return round(float(match.group(1)) * _SCALE[match.group(2).upper()]) if match else None


def file_stem(path: str) -> str:
    """The name of a model file without folders and suffix, under either system's separators."""
    return path.replace("\\", "/").rpartition("/")[2].removesuffix(".gguf")
