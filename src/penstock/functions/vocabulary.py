"""What an author may ask for by name, with what it holds: for completion. Pure data, tested against the code."""

from __future__ import annotations

from msgspec import Struct


class Word(Struct, frozen=True):
    name: str
    about: str


class Argument(Struct, frozen=True):
    """`hooks` are those that it is given to; all of them where there is none."""

    name: str
    about: str
    hooks: tuple[str, ...] = ()


class HookWord(Struct, frozen=True):
    kind: str
    name: str
    signature: str
    about: str


class EventWord(Struct, frozen=True):
    """A type for `__event_emitter__`, or, where `asked`, for `__event_call__`, which then answers with `answer`."""

    type: str
    about: str
    fields: list[Word] = []
    asked: bool = False
    answer: str = ""


def _fields(**about: str) -> list[Word]:
    return [Word(name, text) for name, text in about.items()]


_CHAT = ("action", "inlet", "stream", "outlet", "pipe")
_ANSWERING = ("inlet", "stream", "outlet", "pipe")

ARGUMENTS: tuple[Argument, ...] = (
    Argument("__user__", "Who asks: id, name, email, role; under valves their own settings of this function."),
    Argument("__event_emitter__", 'Tells the page: await it with {"type": "status", "data": {...}}.'),
    Argument("__event_call__", 'Asks the person: await it with {"type": "input", "data": {...}}; it gives the answer.'),
    Argument("__model__", "The model of the chat: id, name, info.", (*_CHAT, "available")),
    Argument("__metadata__", "About the request: chat_id, message_id, session_id, features, variables.", _CHAT),
    Argument("__request__", "The HTTP request: headers, url, client; app.state.MODELS and app.state.config."),
    Argument("__id__", "The id of this function; in an action with several buttons, of the one that was clicked."),
    Argument("__chat_id__", "The id of the chat; None in calls without one.", _CHAT),
    Argument("__session_id__", "The id of the browser's session.", _CHAT),
    Argument("__message_id__", "The id of the message that it is about.", _CHAT),
    Argument("__messages__", "The messages of the chat: each with role and content.", _CHAT),
    Argument("__files__", "Files that are attached to the chat.", _CHAT),
    Argument("__tools__", "Tools that the model may use: by name, each with spec and callable.", _ANSWERING),
    Argument("__task__", "Why a pipe is called, where it is for a title, tags or follow-ups; else None.", _ANSWERING),
    Argument("__task_body__", "The request of that task.", _ANSWERING),
    Argument("__features__", "What the chat has switched on, by name.", _CHAT),
    Argument("__body__", "The whole body of the request.", (*_CHAT,)),
    Argument("__oauth_token__", "The token of the user's sign-in at another service, where there is one.", _CHAT),
    Argument("__app__", "The application as functions of Open WebUI know it: state.MODELS, state.config."),
    Argument("__event_name__", "Which event it is, such as chat.created.", ("event",)),
)

HOOKS: tuple[HookWord, ...] = (
    HookWord(
        "pipe",
        "pipe",
        "async def pipe(self, body: dict, __user__=None, __event_emitter__=None):",
        "Answers a chat. Return a text or an answer in OpenAI's shape, or yield pieces.",
    ),
    HookWord(
        "pipe",
        "pipes",
        "async def pipes(self) -> list[dict]:",
        'The models that this pipe offers: [{"id": "small", "name": "Small"}].',
    ),
    HookWord(
        "filter",
        "inlet",
        "async def inlet(self, body: dict, __user__=None) -> dict:",
        "Before the model sees the chat: change body and return it. An exception blocks the request.",
    ),
    HookWord(
        "filter",
        "stream",
        "async def stream(self, event: dict) -> dict:",
        "For each piece of an answer while it comes: change event and return it.",
    ),
    HookWord(
        "filter",
        "outlet",
        "async def outlet(self, body: dict, __user__=None) -> dict:",
        "After the answer is complete: change body and return it.",
    ),
    HookWord(
        "action",
        "action",
        "async def action(self, body: dict, __user__=None, __event_emitter__=None, __event_call__=None):",
        "When its button is clicked. body has messages, content of the clicked message, model, chat_id and id.",
    ),
    HookWord(
        "action",
        "available",
        "def available(self, __user__, __model__):",
        "Whether the button is there: true, false, or a sentence why not.",
    ),
    HookWord(
        "event",
        "event",
        "async def event(self, event: dict, __event_name__: str):",
        "When something happens on the server. event has id, name, time, actor, subject and data.",
    ),
)

_TEXT = {"content": "The text"}
_FILES = {
    "files": "Files: each with type, name, url or id",
    "replace": "True: instead of those that are there",
}
_EMBEDS = {"embeds": "HTML or addresses", "replace": "True: instead of those that are there"}
_CITATION = {
    "source": "Where it is from: name, url",
    "document": "Passages, a list of texts",
    "metadata": "About each passage, such as source and page",
}
_QUESTION = {"title": "What is asked", "message": "More about it"}
_LIMITS = {"timeout": "Seconds to wait for an answer", "default": "The answer where nobody comes in time"}
_OPTIONS = {"options": "The choices: texts, or objects with label and value", **_QUESTION, **_LIMITS}

EVENTS: tuple[EventWord, ...] = (
    EventWord(
        "status",
        "A line over the answer that says what goes on.",
        _fields(
            description="What goes on",
            done="True, false, or a fraction from 0 to 1",
            hidden="True: not shown any more",
            action="What kind of work it is",
            urls="Addresses that it is about",
            level="info, warning or error",
        ),
    ),
    EventWord(
        "progress",
        "A bar over the answer, which moves in place.",
        _fields(progress="Percent", description="What goes on", id="Keeps several bars apart"),
    ),
    EventWord("message", "Appends text to the answer.", _fields(content="The text to append")),
    EventWord("chat:message:delta", "Appends text to the answer.", _fields(content="The text to append")),
    EventWord("replace", "Replaces the answer.", _fields(**_TEXT, originalContent="What undo brings back")),
    EventWord("chat:message", "Replaces the answer.", _fields(**_TEXT, originalContent="What undo brings back")),
    EventWord("files", "Attaches files to the answer.", _fields(**_FILES)),
    EventWord("chat:message:files", "Attaches files to the answer.", _fields(**_FILES)),
    EventWord("embeds", "Shows HTML under the answer, in a frame of its own.", _fields(**_EMBEDS)),
    EventWord("chat:message:embeds", "Shows HTML under the answer, in a frame of its own.", _fields(**_EMBEDS)),
    EventWord("citation", "Adds a source to the answer.", _fields(**_CITATION)),
    EventWord("source", "Adds a source to the answer.", _fields(**_CITATION)),
    EventWord(
        "notification",
        "A notice at the edge of the page.",
        _fields(type="success, info, warning or error", content="What it says"),
    ),
    EventWord("chat:title", "Renames the chat; data is the title.", _fields(title="The title")),
    EventWord("chat:tags", "Tags the chat; data is a list.", _fields(tags="A list of texts")),
    EventWord("chat:message:favorite", "Marks the message.", _fields(favorite="True or false")),
    EventWord("chat:message:follow_ups", "Suggests what to ask next.", _fields(follow_ups="A list of texts")),
    EventWord("chat:message:error", "Marks the answer as failed.", _fields(error="A sentence")),
    EventWord("chat:message:merge", "Changes any field of the message.", _fields(changes="Fields by name")),
    EventWord(
        "chat:completion",
        "A piece of an answer in OpenAI's shape.",
        _fields(
            content="The whole text so far",
            choices="Pieces, each with a delta",
            done="True at the end",
            usage="Tokens that were used",
            sources="Sources to add",
            error="What went wrong",
            title="Renames the chat",
        ),
    ),
    EventWord(
        "action:output",
        "Shows data under the message.",
        _fields(items="A list of objects: id, kind (table, json, text, download), data, title, file"),
    ),
    EventWord("confirmation", "Asks yes or no.", _fields(**_QUESTION, **_LIMITS), True, "True or false."),
    EventWord("confirm", "Asks yes or no.", _fields(**_QUESTION, **_LIMITS), True, "True or false."),
    EventWord(
        "input",
        "Asks for a text.",
        _fields(
            **_QUESTION,
            placeholder="Shown in the empty field",
            value="What stands in the field at first",
            type="password or textarea",
            options="Choices, where there are some",
            **_LIMITS,
        ),
        True,
        "The text; None when cancelled.",
    ),
    EventWord("select", "Asks to choose one.", _fields(**_OPTIONS), True, "The value; None when cancelled."),
    EventWord("multiselect", "Asks to choose some.", _fields(**_OPTIONS), True, "A list of values."),
    EventWord(
        "form",
        "Asks for an object.",
        _fields(schema="JSON Schema of the object", **_QUESTION, **_LIMITS),
        True,
        "The object, checked; None when cancelled.",
    ),
    EventWord(
        "file",
        "Asks for an upload.",
        _fields(accept='Such as ".pdf,image/*"', multiple="True: several", **_QUESTION, **_LIMITS),
        True,
        "The upload: id, name, size, content_type, url; None when cancelled.",
    ),
    EventWord(
        "request:user_input",
        "Asks several questions with options.",
        _fields(questions="Each with id, question, header, options", timeout_ms="How long to wait"),
        True,
        '{"status": "answered", "answers": {...}}.',
    ),
    EventWord(
        "execute",
        "Runs JavaScript in the page.",
        _fields(code="Its source"),
        True,
        "What it returns.",
    ),
    EventWord(
        "download",
        "Saves a file from the page.",
        _fields(filename="Its name", content="Its text", url="Its address", content_type="Its kind"),
        True,
        "What the page says.",
    ),
    EventWord("copy", "Puts a text on the clipboard.", _fields(text="The text"), True, "What the page says."),
    EventWord("open", "Opens an address.", _fields(url="The address"), True, "What the page says."),
    EventWord(
        "action",
        "Runs another action.",
        _fields(id="Its id", body="What it is called with"),
        True,
        "What that action returns.",
    ),
    EventWord(
        "event:address",
        "Makes an address at which another program may show itself in this message.",
        _fields(expires_in="Seconds that it holds"),
        True,
        "url, token and expires_at.",
    ),
)

HEADER: tuple[Word, ...] = (
    Word("title", "The name that people read."),
    Word("id", "The id that is offered when it is installed."),
    Word("author", "Who wrote it."),
    Word("author_url", "Where the author is found."),
    Word("version", "Of the source, such as 0.1.0."),
    Word("description", "One sentence that says what it does."),
    Word("license", "Such as MIT."),
    Word("requirements", "Packages to install, with commas between them: httpx>=0.27, pypdf."),
    Word("icon_url", "A picture, as an address or data:."),
    Word("funding_url", "Where to give something back."),
    Word("required_open_webui_version", "The oldest Open WebUI whose ways it uses."),
)

INPUTS: tuple[Word, ...] = (
    Word("password", "A field that never shows what is stored."),
    Word("select", "A choice of options: texts, objects with value and label, or the name of a method."),
    Word("multiselect", "Several of options."),
    Word("textarea", "A larger field."),
    Word("color", "A colour."),
    Word("date", "A day."),
    Word("map", "Pairs of name and value, for a dict."),
)

FIELD: tuple[Word, ...] = (
    Word("default", "The value until somebody sets another; ... where one must be set."),
    Word("title", "The label in the form."),
    Word("description", "What it is for; shown below the field."),
    Word("ge", "The smallest number."),
    Word("gt", "Numbers above this one."),
    Word("le", "The largest number."),
    Word("lt", "Numbers below this one."),
    Word("min_length", "The fewest characters or items."),
    Word("max_length", "The most characters or items."),
    Word("pattern", "A regular expression that the text must fit."),
    Word("json_schema_extra", 'How the form asks: {"input": {"type": "select", "options": [...]}}.'),
)

STORE: tuple[Word, ...] = (
    Word("get", "The value of a key, or the default where there is none."),
    Word("set", "Keeps a value; with shared=True for all users."),
    Word("delete", "Whether there was one."),
    Word("keys", "Sorted; with prefix, those that begin so."),
)
