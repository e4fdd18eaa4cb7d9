import pytest

from modeldeck.providers.listing import names


@pytest.mark.parametrize(
    "name",
    ["qwen/qwen3-coder:free", "mistralai/codestral-2508", "gpt-5.1-codex-mini", "starcoder2:3b", "deepseek-coder"],
)
def test_code_models(name: str) -> None:
    assert names.is_code_model(name)


@pytest.mark.parametrize("name", ["an-encoder", "decoder-7b", "llama3.1:8b", "openai/gpt-5", "vocoder", "codename-x"])
def test_models_that_are_not_for_code(name: str) -> None:
    assert not names.is_code_model(name)


def test_models_that_write_no_text() -> None:
    for name in ("nomic-embed-text", "text-embedding-3-small", "whisper-large-v3", "bge-reranker-v2", "tts-1"):
        assert not names.is_chat_model(name)
    assert not names.is_chat_model("gpt-image-1", ("image",))
    for name in ("llama3.1:8b", "gpt-5", "membed-chat", "phi-4", "gpt-image-1"):
        assert names.is_chat_model(name)


@pytest.mark.parametrize(
    ("name", "quantization"),
    [
        ("Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "Q4_K_M"),
        ("model-IQ2_XXS.gguf", "IQ2_XXS"),
        ("x-F16", "F16"),
        ("mlx-4bit", "4bit"),
        ("Qwen/Qwen3-8B", None),
        ("Q4ever", None),
    ],
)
def test_quantization(name: str, quantization: str | None) -> None:
    assert names.quantization_of(name) == quantization


def test_parameter_labels() -> None:
    labels = ("8.2B", "137M", "1T", "26B-A4B", "", "many", "B")
    assert [names.parse_parameters(label) for label in labels] == [
        8_200_000_000, 137_000_000, 10**12, 26 * 10**9, None, None, None,
    ]  # fmt: skip


def test_file_names_lose_folders_and_suffix() -> None:
    assert names.file_stem("../models/Tiny-Q8_0.gguf") == "Tiny-Q8_0"
    assert names.file_stem("C:\\models\\Tiny.gguf") == "Tiny"
    assert names.file_stem("Qwen/Qwen3-8B") == "Qwen3-8B"


@pytest.mark.parametrize(
    ("name", "found"),
    [("o1-pro-2025-03-19", True), ("gpt-5.1-Codex-max", True), ("gpt-5-prompt", False), ("gpt-5", False)],
)
def test_words_in_names(name: str, found: bool) -> None:
    assert names.has_word(name, ("codex", "pro")) is found
    assert not names.has_word(name, ())
