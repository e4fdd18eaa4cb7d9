import subprocess
import sys
import tomllib

import pytest

from fake_wire import VENDORS, Wire, collect, make_call
from fakes import FakeClock
from modeldeck.domain.errors import ConfigError, ErrorKind, ProviderError
from modeldeck.domain.settings import ProviderKind, ProviderSettings, Settings, Timeouts
from modeldeck.engine.catalog.naming import PROVIDER_ORDER
from modeldeck.ports import Provider, ProviderInfo
from modeldeck.providers.registry import build_providers, parse_vendors


def build(
    clock: FakeClock, environment: dict[str, str] | None = None, **tables: ProviderSettings
) -> dict[str, ProviderInfo]:
    providers = build_providers(VENDORS, Settings(providers=tables), environment or {}, clock=clock)
    return {name: provider.info for name, provider in providers.items()}


def test_vendors_come_first_in_their_order_then_custom_ones(clock: FakeClock) -> None:
    custom = ProviderSettings(kind="openai", base_url="http://localhost:4040")
    *vendors, last = build(clock, mine=custom)
    assert vendors == [name for name in PROVIDER_ORDER if name in VENDORS]
    assert last == "mine"


def test_a_hosted_service_without_its_key_is_listed(clock: FakeClock) -> None:
    info = build(clock)["openrouter"]
    assert info == ProviderInfo(
        name="openrouter",
        title="OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        local=False,
        needs_key=True,
        has_key=False,
        key_names=("OPENROUTER_API_KEY",),
        public_list=True,
    )
    assert not info.usable


@pytest.mark.parametrize(("value", "has_key"), [("sk-1", True), ("", False), ("  \n", False)])
def test_an_empty_key_is_none(clock: FakeClock, value: str, has_key: bool) -> None:
    assert build(clock, {"OPENROUTER_API_KEY": value})["openrouter"].has_key is has_key


def test_local_runtimes_need_no_key(clock: FakeClock) -> None:
    for name in ("ollama", "lmstudio", "llamacpp", "vllm"):
        info = build(clock)[name]
        assert (info.local, info.needs_key, info.usable) == (True, False, True)


def test_base_urls_environment_over_settings_over_vendor(clock: FakeClock) -> None:
    table = ProviderSettings(base_url="http://box:1/")
    assert build(clock, ollama=table)["ollama"].base_url == "http://box:1"
    environment = {"OLLAMA_HOST": "other:2"}
    assert build(clock, environment, ollama=table)["ollama"].base_url == "http://other:2"
    environment["MODELDECK_OLLAMA_BASE_URL"] = "http://third:3/v1"
    assert build(clock, environment, ollama=table)["ollama"].base_url == "http://third:3"
    assert build(clock, {"OLLAMA_HOST": " "})["ollama"].base_url == "http://127.0.0.1:11434"


@pytest.mark.parametrize(
    ("name", "written", "base_url"),
    [
        ("openai", "https://api.openai.com", "https://api.openai.com/v1"),
        ("openai", "https://proxy/of/mine", "https://proxy/of/mine/v1"),
        ("groq", "https://api.groq.com/openai/v1/", "https://api.groq.com/openai/v1"),
        ("groq", "https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
        ("groq", "https://api.groq.com", "https://api.groq.com/openai/v1"),
        ("together", "https://api.together.xyz", "https://api.together.xyz/v1"),
        ("deepseek", "https://api.deepseek.com", "https://api.deepseek.com"),
        ("deepseek", "https://api.deepseek.com/v1", "https://api.deepseek.com/v1"),
        ("mistral", "https://api.mistral.ai", "https://api.mistral.ai/v1"),
        ("xai", "https://api.x.ai/v1", "https://api.x.ai/v1"),
        ("huggingface", "https://router.huggingface.co", "https://router.huggingface.co/v1"),
        ("cerebras", "http://127.0.0.1:9", "http://127.0.0.1:9/v1"),
    ],
)
def test_base_urls_with_and_without_the_version_path(clock: FakeClock, name: str, written: str, base_url: str) -> None:
    info = build(clock, {f"MODELDECK_{name.upper()}_BASE_URL": written})[name]
    assert (info.base_url, info.local, info.needs_key) == (base_url, False, True)


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("openai", ("OPENAI_API_KEY",)),
        ("groq", ("GROQ_API_KEY",)),
        ("together", ("TOGETHER_API_KEY",)),
        ("deepseek", ("DEEPSEEK_API_KEY",)),
        ("mistral", ("MISTRAL_API_KEY",)),
        ("xai", ("XAI_API_KEY",)),
        ("huggingface", ("HF_TOKEN", "HUGGINGFACE_HUB_TOKEN")),
        ("cerebras", ("CEREBRAS_API_KEY",)),
    ],
)
def test_hosted_services_take_their_usual_key_variables(
    clock: FakeClock, name: str, variables: tuple[str, ...]
) -> None:
    assert not build(clock)[name].usable
    for variable in variables:
        assert build(clock, {variable: "k"})[name].usable


async def test_openais_organization_and_project_travel_in_headers(wire: Wire, clock: FakeClock) -> None:
    environment = {"OPENAI_API_KEY": "k-12345678", "OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": " "}
    with pytest.raises(ProviderError):
        await wire.provider("openai", clock, environment=environment).list_models()
    headers = wire.requests[0].headers
    assert headers["openai-organization"] == "org-1"
    assert "openai-project" not in headers
    with pytest.raises(ConfigError, match="OPENAI_ORG_ID"):
        build(clock, {"OPENAI_ORG_ID": "örg"})


def test_a_runtime_elsewhere_is_not_local_unless_somebody_says_so(clock: FakeClock) -> None:
    assert build(clock, {"OLLAMA_HOST": "gpu-box"})["ollama"].local is False
    assert build(clock, {"OLLAMA_HOST": "gpu-box"}, ollama=ProviderSettings(local=True))["ollama"].local is True
    assert build(clock, ollama=ProviderSettings(local=False))["ollama"].local is False


def test_a_service_behind_a_proxy_on_this_machine_still_charges(clock: FakeClock) -> None:
    info = build(clock, {"MODELDECK_OPENROUTER_BASE_URL": "http://127.0.0.1:9000/api"})["openrouter"]
    assert (info.base_url, info.local, info.needs_key) == ("http://127.0.0.1:9000/api/v1", False, True)


def test_settings_of_a_known_provider(clock: FakeClock) -> None:
    table = ProviderSettings(api_key_env="MY_KEY", free_only=True, timeouts=Timeouts(connect_s=1))
    info = build(clock, {"MY_KEY": "k", "OPENROUTER_API_KEY": "other"}, openrouter=table)["openrouter"]
    assert (info.key_names, info.has_key, info.free_only, info.timeouts.connect_s) == (("MY_KEY",), True, True, 1)
    assert "openrouter" not in build(clock, openrouter=ProviderSettings(enabled=False))


def test_custom_providers(clock: FakeClock) -> None:
    here = ProviderSettings(kind="openai", base_url="http://localhost:4040")
    there = ProviderSettings(kind="openai", base_url="https://api.example.com/v1")
    ollama = ProviderSettings(kind="ollama", base_url="http://box:11434")
    infos = build(clock, {"MY_GPU_API_KEY": "k"}, **{"my-gpu": here, "there": there, "box": ollama})
    assert (infos["my-gpu"].base_url, infos["my-gpu"].local) == ("http://localhost:4040/v1", True)
    assert infos["my-gpu"].has_key is True
    keyed = ProviderSettings(kind="openai", base_url="https://api.example.com/v1", api_key_env="TOKEN")
    assert build(clock, keyed=keyed)["keyed"].usable is False
    assert build(clock, here=ProviderSettings(kind="openai", base_url="http://[::1]:1", api_key_env="T"))["here"].usable
    assert (infos["there"].local, infos["there"].needs_key) == (False, False)
    assert infos["box"].base_url == "http://box:11434"


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("openai", "http://box:1", "http://box:1/v1"),
        ("openai", "https://box/api/openai", "https://box/api/openai"),
        ("anthropic", "http://box:1", "http://box:1/v1"),
        ("anthropic", "https://box/api/anthropic/", "https://box/api/anthropic/v1"),
        ("anthropic", "https://box/v1", "https://box/v1"),
        ("gemini", "https://box", "https://box/v1beta"),
        ("ollama", "http://box:1/v1", "http://box:1"),
    ],
)
def test_the_address_of_a_server_of_ones_own(clock: FakeClock, kind: ProviderKind, given: str, expected: str) -> None:
    assert build(clock, mine=ProviderSettings(kind=kind, base_url=given))["mine"].base_url == expected


@pytest.mark.parametrize(
    ("kind", "header", "value"),
    [
        ("openai", "authorization", "Bearer k"),
        ("anthropic", "x-api-key", "k"),
        ("gemini", "x-goog-api-key", "k"),
        ("ollama", "authorization", "Bearer k"),
    ],
)
async def test_how_the_key_travels_to_a_server_of_ones_own(
    wire: Wire, clock: FakeClock, kind: ProviderKind, header: str, value: str
) -> None:
    settings = Settings(providers={"mine": ProviderSettings(kind=kind, base_url="http://box:1")})
    with pytest.raises(ProviderError):
        await wire.provider("mine", clock, settings, {"MINE_API_KEY": "k"}).list_models()
    assert wire.requests[0].headers[header] == value


@pytest.mark.parametrize(
    ("environment", "table", "words"),
    [
        ({}, {"mine": ProviderSettings(base_url="http://x")}, ("[providers.mine]", "kind")),
        ({}, {"mine": ProviderSettings(kind="openai")}, ("[providers.mine]", "base_url")),
        ({}, {"ollama": ProviderSettings(base_url="ftp://x")}, ("[providers.ollama] base_url", "ftp")),
        ({"OLLAMA_HOST": "http://x:port"}, {}, ("OLLAMA_HOST", "port")),
        ({"MODELDECK_VLLM_BASE_URL": "http://"}, {}, ("MODELDECK_VLLM_BASE_URL", "host")),
    ],
)
def test_wrong_settings_name_their_place(
    clock: FakeClock, environment: dict[str, str], table: dict[str, ProviderSettings], words: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as caught:
        build(clock, environment, **table)
    for word in words:
        assert word in caught.value.message
    assert caught.value.hint


def test_the_variable_that_holds_the_key_is_known(clock: FakeClock) -> None:
    providers = build(clock, {"HUGGINGFACE_HUB_TOKEN": "x", "HF_TOKEN": " ", "GEMINI_API_KEY": "y"})
    assert providers["huggingface"].key_from == "HUGGINGFACE_HUB_TOKEN"
    assert providers["gemini"].key_from == "GEMINI_API_KEY"
    assert providers["groq"].key_from is None


def test_a_disabled_custom_provider_may_be_incomplete(clock: FakeClock) -> None:
    assert "mine" not in build(clock, mine=ProviderSettings(enabled=False))


async def test_without_network_nothing_but_this_machine_is_asked(clock: FakeClock) -> None:
    environment = {"OLLAMA_HOST": "gpu-box", "OPENROUTER_API_KEY": "k"}
    providers = build_providers(VENDORS, Settings(), environment, clock=clock, no_network=True)
    assert {name for name, provider in providers.items() if not provider.info.cut_off} == {
        "lmstudio",
        "llamacpp",
        "vllm",
    }
    for name in ("openrouter", "ollama"):
        with pytest.raises(ProviderError, match="network is switched off") as caught:
            await providers[name].list_models()
        assert caught.value.failure.kind is ErrorKind.UNREACHABLE
        with pytest.raises(ProviderError, match="network is switched off"):
            await collect(providers[name].stream(make_call()))


async def test_a_simulation_works_without_network(wire: Wire, clock: FakeClock) -> None:
    import httpx

    wire.answer("/models", httpx.Response(200, json={"data": []}))
    providers = build_providers(
        VENDORS, Settings(), {}, clock=clock, transport=httpx.MockTransport(wire), no_network=True
    )
    assert await providers["openrouter"].list_models() == []


async def test_settings_of_the_environment_that_cannot_be_used_are_a_clear_failure(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for proxy in ("nonsense://proxy", "http://proxy:port"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        provider = build_providers(VENDORS, Settings(), {}, clock=clock)["openrouter"]
        with pytest.raises(ProviderError, match="proxy or certificate settings") as caught:
            await provider.list_models()
        assert caught.value.failure.kind is ErrorKind.UNREACHABLE


async def test_certificates_that_are_not_there_are_a_clear_failure(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    provider = build_providers(VENDORS, Settings(), {}, clock=clock)["openrouter"]
    with pytest.raises(ProviderError, match="proxy or certificate settings"):
        await provider.list_models()


def test_a_vendor_table_with_an_unknown_key_is_a_defect_of_the_package() -> None:
    with pytest.raises(TypeError, match="colour"):
        parse_vendors(tomllib.loads('[x]\ntitle="X"\nkind="openai"\nbase_url="http://x"\ncolour="red"'))


def test_building_providers_loads_neither_httpx_nor_a_protocol() -> None:
    code = (
        "import sys; from modeldeck.providers.registry import build_providers, Vendor\n"
        "from modeldeck.domain.settings import Settings\n"
        "vendor = Vendor(name='x', title='X', kind='openai', base_url='http://127.0.0.1:1/v1')\n"
        "providers = build_providers({'x': vendor}, Settings(), {}, clock=None)\n"
        "providers['x'].quotas()\n"
        "loaded = {'httpx', 'asyncio', 'modeldeck.providers.openai.adapter'} & set(sys.modules)\n"
        "print(loaded or 'light')"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "light"


def test_a_provider_keeps_the_protocol(clock: FakeClock) -> None:
    provider: Provider = build_providers(VENDORS, Settings(), {}, clock=clock)["vllm"]
    assert provider.info.title == "vLLM"
