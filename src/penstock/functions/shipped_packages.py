"""Packages that a published function may take for granted, because Open WebUI ships them.

`SHIPPED` maps what is imported to the distribution that provides it; the longest dotted name wins. `ALWAYS_THERE`
are the imports that every worker has without installing anything.
"""

from __future__ import annotations

from collections.abc import Iterable

_OWN = """
    aiohttp aiosignal aiosqlite alembic annotated_types anyio argon2 asyncpg attr attrs bidict certifi cffi
    charset_normalizer click cryptography deprecated dotenv engineio fastapi frozenlist greenlet h11 httpcore httptools
    httpx idna jwt limits loguru mako markdown_it markupsafe mdurl msgspec multidict multipart packaging penstock
    prometheus_client propcache pwdlib pydantic pydantic_core pydantic_settings pygments python_multipart requests rich
    shellingham simple_websocket sniffio socketio socksio sqlalchemy starlette structlog typer typing_extensions
    typing_inspection urllib3 uvicorn uvloop websockets wrapt wsproto yarl
    """
ALWAYS_THERE = frozenset(_OWN.split())

_SAME_NAME = """
    accelerate aiocache aiofiles anthropic asgiref authlib bcrypt black boto3 botocore chardet chromadb ddgs docker
    docx2txt einops elasticsearch emoji filelock fsspec ftfy httplib2 itsdangerous jinja2 jiter joblib json_repair
    jsonschema langchain langdetect ldap3 lxml markdown matplotlib mcp mpmath networkx nltk numpy onnxruntime openai
    openpyxl oracledb orjson pandas peewee pinecone platformdirs playwright protobuf psutil pyarrow pycrdt pydub pymongo
    pypandoc pypdf pytube pytz pyxlsb redis regex rsa safetensors scipy seaborn sentencepiece simplejson six soundfile
    soupsieve sympy tabulate tenacity tiktoken tokenizers toml torch torchvision tqdm transformers tzdata tzlocal ujson
    unstructured validators watchfiles xlrd xlsxwriter xmltodict xxhash zstandard
    """

SHIPPED: dict[str, str] = {name: name.replace("_", "-") for name in _SAME_NAME.split()} | {
    "PIL": "pillow",
    "RestrictedPython": "RestrictedPython",
    "apscheduler": "APScheduler",
    "azure.ai.documentintelligence": "azure-ai-documentintelligence",
    "azure.core": "azure-core",
    "azure.identity": "azure-identity",
    "azure.search.documents": "azure-search-documents",
    "azure.storage.blob": "azure-storage-blob",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "duckduckgo_search": "duckduckgo-search",
    "fake_useragent": "fake-useragent",
    "faster_whisper": "faster-whisper",
    "firecrawl": "firecrawl-py",
    "fpdf": "fpdf2",
    "google.api_core": "google-api-core",
    "google.auth": "google-auth",
    "google.cloud.storage": "google-cloud-storage",
    "google.genai": "google-genai",
    "google.generativeai": "google-generativeai",
    "google.oauth2": "google-auth",
    "google.protobuf": "protobuf",
    "google_auth_oauthlib": "google-auth-oauthlib",
    "googleapiclient": "google-api-python-client",
    "grpc": "grpcio",
    "huggingface_hub": "huggingface-hub",
    "jose": "python-jose",
    "langchain_classic": "langchain-classic",
    "langchain_community": "langchain-community",
    "langchain_core": "langchain-core",
    "langchain_text_splitters": "langchain-text-splitters",
    "magic": "python-magic",
    "msoffcrypto": "msoffcrypto-tool",
    "opensearchpy": "opensearch-py",
    "opentelemetry": "opentelemetry-api",
    "opentelemetry.sdk": "opentelemetry-sdk",
    "passlib": "passlib",
    "pgvector": "pgvector",
    "plotly": "plotly",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pymdownx": "pymdown-extensions",
    "pymilvus": "pymilvus",
    "qdrant_client": "qdrant-client",
    "rank_bm25": "rank-bm25",
    "rapidocr_onnxruntime": "rapidocr-onnxruntime",
    "sentence_transformers": "sentence-transformers",
    "sklearn": "scikit-learn",
    "youtube_transcript_api": "youtube-transcript-api",
    "yaml": "PyYAML",
}

# What a package imports only when it is used in some way: the package, the use, and what it then needs.
COMPANIONS = (
    ("pandas", r"\b(?:to_excel|read_excel|ExcelWriter)\b", "openpyxl"),
    ("pandas", r"""(["'])xlsxwriter\1""", "xlsxwriter"),
    ("httpx", r"\bhttp2\s*=\s*True\b", "h2"),
)

_ELSEWHERE = {  # not shipped, but the distribution's name cannot be guessed from the import
    "dns": "dnspython",
    "discord": "discord.py",
    "fitz": "PyMuPDF",
    "github": "PyGithub",
    "mysql": "mysql-connector-python",
    "MySQLdb": "mysqlclient",
    "nacl": "PyNaCl",
    "OpenSSL": "pyOpenSSL",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "slugify": "python-slugify",
    "telegram": "python-telegram-bot",
    "usb": "pyusb",
    "wx": "wxPython",
}


def distribution_for(paths: Iterable[str]) -> str | None:
    """The shipped distribution that provides one of these dotted paths."""
    for path in paths:
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            if found := SHIPPED.get(".".join(parts[:length])):
                return found
    return None


def likely_distribution(module: str) -> str:
    """What to write behind `requirements:` for a module that is not there; a guess for people, never installed."""
    top = module.partition(".")[0]
    return distribution_for([module]) or _ELSEWHERE.get(top) or top.replace("_", "-")
