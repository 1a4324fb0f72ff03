"""The page: files that Vite built, with headers that keep foreign code out, and the frame in which embeds live."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

WEB = Path(__file__).resolve().parent.parent / "web"
SERVER_PATHS = ("/api/", "/ws/", "/openai/", "/ollama/")

PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https: http:",
        "media-src 'self' data: blob: https: http:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "frame-src 'self' blob: data: https: http:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
PAGE_HEADERS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "cache-control": "no-cache",
}
ASSET_HEADERS = {"x-content-type-options": "nosniff", "cache-control": "no-cache"}
LASTING = "public, max-age=31536000, immutable"

EMBED_SANDBOX = "allow-scripts allow-downloads allow-popups allow-forms allow-modals"
EMBED_HEADERS = {
    "content-security-policy": (
        f"sandbox {EMBED_SANDBOX}; default-src * data: blob: 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "public, max-age=3600",
}

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Penstock</title>
<body style="font:16px/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem">
<h1>Penstock is running</h1><p>The page has not been built yet. Run <code>make serve</code> in the checkout, which
builds it, or use the API: <a href="/api/openapi.json">its description</a>.</p></body></html>"""


class Page:
    """An ASGI app for every path that no route serves: a built file, else the page itself, else a 404."""

    def __init__(self, folder: Path = WEB) -> None:
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        path: str = scope["path"]
        if f"{path}/".startswith(SERVER_PATHS):
            raise HTTPException(404, f"There is nothing at {path}.")
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, "Pages can only be read.")
        response = await self._find(path.lstrip("/"), scope)
        await response(scope, receive, send)

    async def _find(self, path: str, scope: Scope) -> Response:
        if path and path != "index.html":
            try:
                return self._with_asset_headers(await self._files.get_response(path, scope), path)
            except HTTPException as error:
                if error.status_code != 404 or _names_a_file(path):
                    raise HTTPException(404, f"There is nothing at /{path}.") from None
        return await self._index(scope)

    async def _index(self, scope: Scope) -> Response:
        if not (self._folder / "index.html").is_file():
            return HTMLResponse(NOT_BUILT, headers=PAGE_HEADERS)
        response = await self._files.get_response("index.html", scope)
        response.headers.update(PAGE_HEADERS)
        return response

    def _with_asset_headers(self, response: Response, path: str) -> Response:
        response.headers.update(ASSET_HEADERS)
        if path.startswith(("assets/", "_app/immutable/")):
            response.headers["cache-control"] = LASTING
        return response


def _names_a_file(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1]


EMBED_FRAME = """<!doctype html><html><head><meta charset="utf-8"><title>Embed</title></head><body><script>
"use strict";
(() => {
  const tell = (message) => window.parent.postMessage(message, "*");
  // A frame without an origin may not touch the stores of the browser: it gets one of its own, that it takes with it.
  class Kept {
    getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; }
    setItem(key, value) { this[key] = String(value); }
    removeItem(key) { delete this[key]; }
    clear() { for (const key of Object.keys(this)) delete this[key]; }
    key(index) { return Object.keys(this)[index] ?? null; }
    get length() { return Object.keys(this).length; }
  }
  const instead = (owner, name, value) => Object.defineProperty(owner, name, { value, configurable: true });
  for (const name of ["localStorage", "sessionStorage"]) instead(window, name, new Kept());
  const clipboard = navigator.clipboard;
  if (clipboard) {
    const write = clipboard.writeText.bind(clipboard);
    const ask = (text) => tell({ type: "penstock:copy", text: String(text) });
    instead(clipboard, "writeText", (text) => write(text).catch(() => ask(text)));
  }
  const forThePage = new Set(["input:prompt", "input:prompt:submit", "action:submit"]);
  let last = 0;
  const measure = () => {
    const root = document.documentElement, body = document.body;
    if (!root) return;
    const height = Math.ceil(Math.max(root.getBoundingClientRect().height, body ? body.scrollHeight : 0));
    if (height !== last) { last = height; tell({ type: "iframe:height", height }); }
  };
  const watch = () => {
    const observer = new ResizeObserver(measure);
    observer.observe(document.documentElement);
    const body = () => { if (document.body) observer.observe(document.body); measure(); };
    body();
    window.addEventListener("load", body);
  };
  const show = ({ html, theme }) => {
    const text = String(html ?? "");
    document.open();
    document.write(/^\\s*(<!--[\\s\\S]*?-->\\s*)*<!doctype/i.test(text) ? text : "<!doctype html>" + text);
    document.close();
    listen();
    if (theme) document.documentElement.style.colorScheme = theme;
    last = 0;
    watch();
  };
  const plain = (value) => {
    try { return structuredClone(value); } catch { return String(value); }
  };
  // What a script lays over the page has no part in the height of its document.
  let covers = "none";
  const look = () => {
    let found = "none";
    for (const element of document.body?.children ?? []) {
      const { position, display, visibility, opacity } = getComputedStyle(element);
      if (position !== "fixed" || display === "none" || visibility === "hidden" || opacity === "0") continue;
      const { width, height } = element.getBoundingClientRect();
      if (width > 1 && height > 1 && found !== "all")
        found = width * height * 2 > innerWidth * innerHeight ? "all" : "part";
    }
    if (found !== covers) { covers = found; tell({ type: "penstock:overlay", covers }); }
  };
  const execute = async ({ id, code }) => {
    const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ["style", "class", "hidden"] };
    new MutationObserver(look).observe(document.documentElement, changes);
    try {
      const run = new (async () => {}).constructor(String(code));
      tell({ type: "penstock:executed", id, value: plain(await run()) });
    } catch (error) {
      tell({ type: "penstock:executed", id, error: String(error) });
    }
  };
  const listen = () => window.addEventListener("message", (event) => {
    if (event.source === window && forThePage.has(event.data?.type)) tell(event.data);
    if (event.source !== window.parent || !event.data) return;
    if (event.data.type === "penstock:html") show(event.data);
    if (event.data.type === "penstock:execute") execute(event.data);
  });
  listen();
  tell({ type: "penstock:ready" });
})();
</script></body></html>"""


async def embed_frame(_: Request) -> Response:
    """The empty document that receives an author's HTML; its own policy, no rights on the server."""
    return HTMLResponse(EMBED_FRAME, headers=EMBED_HEADERS)
