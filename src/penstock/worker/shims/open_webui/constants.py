"""Names of background tasks and texts of errors."""

from __future__ import annotations

from enum import StrEnum


class TASKS(StrEnum):
    """What a model is asked for besides the answer; the value is what `__task__` says."""

    DEFAULT = "default"
    TITLE_GENERATION = "title_generation"
    FOLLOW_UP_GENERATION = "follow_up_generation"
    TAGS_GENERATION = "tags_generation"
    EMOJI_GENERATION = "emoji_generation"
    QUERY_GENERATION = "query_generation"
    IMAGE_PROMPT_GENERATION = "image_prompt_generation"
    AUTOCOMPLETE_GENERATION = "autocomplete_generation"
    FUNCTION_CALLING = "function_calling"
    MOA_RESPONSE_GENERATION = "moa_response_generation"


class ERROR_MESSAGES(StrEnum):
    """Calling a member gives its text, so that `ERROR_MESSAGES.DEFAULT(error)` works."""

    DEFAULT = "Something went wrong."
    NOT_FOUND = "What was asked for does not exist."
    UNAUTHORIZED = "Sign in first."
    ACCESS_PROHIBITED = "This is not allowed."
    USER_NOT_FOUND = "There is no such user."
    MODEL_NOT_FOUND = "There is no such model."
    FILE_NOT_SENT = "No file was sent."
    API_KEY_NOT_FOUND = "There is no API key."

    def __call__(self, detail: object = "") -> str:
        return f"{self.value} {detail}".rstrip()
