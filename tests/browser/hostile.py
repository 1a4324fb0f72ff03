# ruff: noqa: E501
"""What an answer and a function may try so that something of theirs runs in the page. It says so with `top.reach(name)`."""

from __future__ import annotations

PICTURE = "data:image/png,none"  # is none, so that `onerror` would run, without a complaint of the browser

MARKUP = f"""<img src="{PICTURE}" onerror="top.reach('img')">
<img src="{PICTURE}" ONERROR=top.reach(`img_without_quotes`) style="position:fixed;inset:0">
<svg onload="top.reach('svg')"><script>top.reach('svg_script')</script>
<animate attributeName="x" dur="1s" onbegin="top.reach('animate')"/>
<a xlink:href="javascript:top.reach('svg_link')"><text x="9" y="9">svg link</text></a>
<foreignObject><iframe srcdoc="<script>top.reach('foreign_object')</script>"></iframe></foreignObject></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=top.reach('math')&gt;">
<math href="javascript:top.reach('math_link')">math link</math>

<iframe srcdoc="<script>top.reach('srcdoc')</script>"></iframe>
<iframe src="javascript:top.reach('iframe')"></iframe>
<object data="data:text/html,<script>top.reach('object')</script>"></object>
<embed src="data:text/html,<script>top.reach('embed')</script>">
<script>top.reach('script')</script><script src="/theme.js"></script>
<style>body {{ display: none }}</style><link rel="stylesheet" href="/none.css">
<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<form action="/api/v1/auths/signout" id="chat-input"><input name="attributes"><button formaction="javascript:top.reach('form')">Send</button></form>
<details open ontoggle="top.reach('details')"><summary onfocus="top.reach('summary')" autofocus>More</summary></details>
<input autofocus onfocus="top.reach('focus')"><marquee onstart="top.reach('marquee')">M</marquee>
<video><source src="{PICTURE}" onerror="top.reach('video')"></video><audio src="{PICTURE}" onerror="top.reach('audio')"></audio>
<body onload="top.reach('body')"><p id="app" name="body" onmouseover="top.reach('hover')" onclick="top.reach('click')">P</p>
<img name="currentScript" src="{PICTURE}"><a id="session" name="session" href="cid:x">clobber</a>
<div class="fixed inset-0 z-50 bg-surface" style="position:fixed;inset:0">cover</div>
<span data-math="0"></span><button data-copy>Copy</button>
<noscript><p title="</noscript><img src={PICTURE} onerror=top.reach('noscript')>"></noscript>

[one](javascript:top.reach('md_link')) [two](JaVaScRiPt:top.reach('md_case')) [three](java&#10;script:top.reach('md_entity'))
[four](data:text/html,<script>top.reach('md_data')</script>) [five](vbscript:top.reach('md_vb'))
[six]( &#x1;javascript:top.reach('md_control')) <javascript:top.reach('autolink')>
![seven]({PICTURE}"onerror="top.reach('md_picture'\\)) ![eight](javascript:top.reach('md_src'))
[nine](/ "title" onclick=top.reach`md_title`) <a href="jav\tascript:top.reach('tab')" target="_top">ten</a>

Formulas: $\\href{{javascript:top.reach('katex')}}{{x}}$ $\\url{{javascript:top.reach('katex_url')}}$
$\\htmlData{{onclick=top.reach('katex_data')}}{{x}}$ $\\htmlStyle{{position:fixed}}{{x}}$ $\\htmlClass{{fixed inset-0}}{{x}}$
$\\text{{<img src={PICTURE} onerror=top.reach('katex_text')>}}$ $<img src={PICTURE} onerror=top.reach('katex_raw')>$

```html" onmouseover="top.reach('fence')
<img src="{PICTURE}" onerror="top.reach('code')">
```

```mermaid
graph TD; A["<img src={PICTURE} onerror=top.reach('mermaid')>"]; click A "javascript:top.reach('mermaid_click')"
```

| a <img src="{PICTURE}" onerror="top.reach('cell')"> | b |
|---|---|
| <svg onload=top.reach('row')> | `<script>top.reach('code_cell')</script>` |

<think><img src="{PICTURE}" onerror="top.reach('reasoning')"></think>
The end."""

NAME = f"""<img src="{PICTURE}" onerror="top.reach('name')">Hostile"""
ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' onload='top.reach(1)'>"
    "<script>top.reach('icon')</script><foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>"
    "<iframe src='javascript:top.reach(2)'/></body></foreignObject></svg>"
)
ADDRESS = "javascript:top.reach('address')"

PIPE = f"""
MARKUP = {MARKUP!r}
NAME = {NAME!r}
ADDRESS = {ADDRESS!r}
PICTURE = {PICTURE!r}

EVENTS = [
    ("status", {{"description": NAME, "done": True, "urls": [ADDRESS, "http://", "https://[", 7]}}),
    ("notification", {{"type": "success", "content": NAME}}),
    ("source", {{"source": {{"name": NAME, "url": ADDRESS}}, "document": [NAME], "metadata": [{{"source": ADDRESS}}]}}),
    ("files", {{"files": [{{"type": "file", "name": NAME, "url": ADDRESS}}, {{"type": "image", "name": NAME, "url": PICTURE}}]}}),
    ("chat:message:follow_ups", {{"follow_ups": [NAME]}}),
    ("chat:title", NAME),
]


class Pipe:
    async def pipe(self, body, __event_emitter__=None):
        for name, data in EVENTS:
            await __event_emitter__({{"type": name, "data": data}})
        for start in range(0, len(MARKUP), 97):
            yield MARKUP[start : start + 97]
"""

ACTION = f"""
NAME = {NAME!r}
ICON = {ICON!r}


class Action:
    icon_url = ICON
    actions = [{{"id": "one", "name": NAME, "icon_url": ICON}}, {{"id": "fail", "name": "Fail"}}]

    async def action(self, body, __id__=None, __event_call__=None):
        if __id__ == "fail":
            raise ValueError(NAME)
        schema = {{"type": "object", "properties": {{NAME: {{"type": "string", "title": NAME, "description": NAME}}}}}}
        await __event_call__({{"type": "form", "data": {{"title": NAME, "message": NAME, "schema": schema}}}})
        rows = [{{NAME: NAME, "b": [NAME]}}, {{NAME: 2, "b": {{NAME: NAME}}}}]
        return {{"success": True, "message": NAME, "data": rows}}
"""

EMBED = """<p>Embedded</p><a id="out" target="_top" href="https://evil.example/">out</a>
<form id="post" method="post" target="_top" action="/api/v1/auths/signout"></form>
<script>
const said = {};
const attempt = async (name, work) => {
  try { said[name] = "reached " + String(await work()); } catch (error) { said[name] = error.name; }
};
const own = new URL(document.currentScript?.baseURI ?? location.href).host;
(async () => {
  await attempt("document", () => parent.document.title);
  await attempt("top", () => top.document.title);
  await attempt("location", () => parent.location.href);
  await attempt("page_storage", () => parent.localStorage.length);
  await attempt("storage", () => localStorage.length);
  await attempt("session", () => sessionStorage.length);
  await attempt("cookie", () => document.cookie);
  await attempt("set_cookie", () => (document.cookie = "token=mine"));
  await attempt("database", () => indexedDB.open("x"));
  await attempt("caches", () => caches.open("x"));
  await attempt("worker", () => navigator.serviceWorker.register("/theme.js"));
  await attempt("read", async () => (await fetch("/api/v1/auths/", { credentials: "include" })).status);
  await attempt("post", async () => (await fetch("/api/v1/chats/new", {
    method: "POST", mode: "no-cors", credentials: "include", body: JSON.stringify({ chat: { title: "forged" } }),
  })).type.replace("opaque", ""));
  await attempt("global", () => parent.reach("embed"));
  await attempt("navigate", () => { top.location.href = "https://evil.example/"; });
  await attempt("parent_open", () => window.open("https://evil.example/", "_top").closed);
  await attempt("frame", () => parent.frames[1].document.body);
  document.getElementById("out").click();
  document.getElementById("post").submit();
  for (const type of ["penstock:executed", "penstock:open", "penstock:save", "penstock:refused", "penstock:overlay", "unknown"])
    parent.postMessage({ type, id: 1, url: "https://evil.example/", name: "evil.exe", blob: new Blob(["x"]), covers: "all", value: 1 }, "*");
  for (const odd of [null, 1, "x", [], { type: {} }, { type: "iframe:height", height: Infinity }, new Map()])
    parent.postMessage(odd, "*");
  const frame = document.createElement("iframe");
  frame.src = "/";
  frame.onload = frame.onerror = () => parent.postMessage({ said }, "*");
  document.body.append(frame);
})();
</script>"""
