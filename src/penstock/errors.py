"""Every error that Penstock raises on purpose: one root, a stable code, a sentence, a hint.

The HTTP status stands here too, so that one handler in `penstock.api` can answer for all of them.
A message is written for the person who sees it; whatever else a program may want goes into `fields`.
"""

from __future__ import annotations

from typing import Any, ClassVar


class PenstockError(Exception):
    """The root. `code` is stable across releases; `message` is a sentence; `hint` says what to do next."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.fields: dict[str, Any] = fields

    def as_dict(self) -> dict[str, Any]:
        """The body of an HTTP error: `detail`, `code`, `hint` and the fields of this error."""
        return {"detail": self.message, "code": self.code, "hint": self.hint, **self.fields}


class BadRequest(PenstockError):
    """Raised when what a caller sent cannot be understood."""

    code, status = "bad_request", 400


class BadJson(BadRequest):
    """Raised when a body is not JSON."""

    code = "bad_json"
    default_hint = "Send JSON in UTF-8."


class NotSignedIn(PenstockError):
    """Raised when a request carries no valid credentials."""

    code, status = "not_signed_in", 401
    default_hint = "Sign in, or send `Authorization: Bearer <token or API key>`."


class WrongPassword(BadRequest):
    """Raised when a sign-in does not fit; it does not say which part."""

    code = "wrong_password"


class EmailTaken(BadRequest):
    """Raised when an account is made with an address that has one."""

    code = "email_taken"
    default_hint = "Sign in with it, or use another address."


class NotAllowed(PenstockError):
    """Raised when who asks is known and may not."""

    code, status = "not_allowed", 403


class AccountPending(NotAllowed):
    """Raised when an account waits for an administrator."""

    code = "account_pending"
    default_hint = "Ask an administrator of this server to activate it."


class CrossSite(NotAllowed):
    """Raised when another site's page sends a change with this user's cookie."""

    code = "cross_site"


class NotFound(PenstockError):
    """Raised when what is asked for does not exist, or the caller may not know that it does."""

    code, status = "not_found", 404


class UnknownFunction(NotFound):
    """Raised when there is no function with this id."""

    code = "unknown_function"


class UnknownAction(NotFound):
    """Raised when no action has this id."""

    code = "unknown_action"


class UnknownSubAction(NotFound):
    """Raised when an action has no button with this id."""

    code = "unknown_sub_action"


class NotBound(NotAllowed):
    """Raised when an action is neither global nor one of the chosen ones of the model (spec L10)."""

    code = "not_bound"
    default_hint = "An administrator can choose it for the model, or make it global."


class Conflict(PenstockError):
    """Raised when the request does not fit the present state."""

    code, status = "conflict", 409


class NeedsConfirmation(Conflict):
    """Raised when a change is dangerous and was not confirmed; `dangers` lists fields and what they mean."""

    code = "needs_confirmation"
    default_hint = 'Send it again with `"confirm": true` if that is what you want.'


class ChangedMeanwhile(Conflict):
    """Raised when somebody else has changed what a change rests on."""

    code = "changed_meanwhile"


class FunctionInactive(Conflict):
    """Raised when a function is switched off, by a person or because no version of it loads."""

    code = "function_inactive"


class TooLarge(PenstockError):
    """Raised when something is larger than its limit; the message names both."""

    code, status = "too_large", 413


class Invalid(PenstockError):
    """Raised when a value does not fit its schema; `errors` lists them per field."""

    code, status = "invalid", 422


class BadHost(Invalid):
    """Raised when a text names no host that a function could be granted; the message says why."""

    code = "bad_host"
    default_hint = "Write a name (`example.com`, `*.example.com`), an address or a network (`10.0.0.0/8`), and `:port`."


class TooMany(PenstockError):
    """Raised when a caller should come back later."""

    code, status = "too_many", 429


class QueueFull(TooMany):
    """Raised when as many runs of a function wait as its budget allows; `budget` and `limit` name it."""

    code = "queue_full"
    default_hint = "Try again in a moment. An admin may raise the budget of the function."


class TooManyAttempts(TooMany):
    """Raised when too many sign-ins failed; `retry_after` is in seconds."""

    code = "too_many_attempts"


class Unavailable(PenstockError):
    """Raised when a part that the request needs is not there just now."""

    code, status = "unavailable", 503


class NotProvided(Unavailable):
    """Raised when a function uses a part of Open WebUI that Penstock does not have; the message says what to do."""

    code, status = "not_provided", 501


class NeedsRun(PenstockError):
    """Raised when a function asks the server for something while nobody has called it: at import, in `__init__`, or
    after its run has ended."""

    code, status = "needs_run", 409
    default_hint = "Move the call into a hook such as `pipe`, `inlet` or `action`."


class SourceError(BadRequest):
    """Raised when a function's source cannot be used (spec M1, L4).

    `fields` carries `line` and `column` (1-based, or None), `phase` (`syntax`, `kind`, `hooks`, `valves`,
    `requirements`, `import`, `construct`, `package`), `file` in a function of several, and, for admins, `traceback`.
    """

    code = "bad_source"


class RequirementsError(SourceError):
    """Raised when the packages that a function asks for cannot be had; `package` names the first culprit, if known."""

    code = "bad_requirements"


class StoreError(PenstockError):
    """Raised when the database cannot be used as it is (a newer schema, a missing folder, a wrong address)."""

    code, status = "store_error", 500


class KeyringError(StoreError):
    """Raised when the keys of this server are missing, or do not open what was stored."""

    code = "keyring"


class EngineError(PenstockError):
    """Raised when a run could not be carried out for a reason that is not the author's code."""

    code, status = "engine_error", 502


class BuildFailed(EngineError):
    """Raised when a package could not be built from source; `log` is the end of what the build said."""

    code = "build_failed"


class WorkerLost(EngineError):
    """Raised when the process of a run ended before its result (crash, `os._exit`, kill)."""

    code = "worker_lost"


class KeepsCrashing(EngineError):
    """Raised when the processes of a function ended again and again; `retry_after` says when another is started."""

    code, status = "keeps_crashing", 503
    default_hint = "The function's last runs say where it ended. A new version of it is tried at once."


class NoWorker(EngineError):
    """Raised when as many workers run as this server may have, and none became free in time."""

    code, status = "no_worker", 503
    default_hint = "Try again in a moment. An admin may raise `PENSTOCK_WORKER_MOST`."


class ProtocolBroken(EngineError):
    """Raised when a worker sent a frame that is malformed, too large or out of order."""

    code = "protocol_broken"


class RunFailed(PenstockError):
    """Raised when a hook ended with an exception (spec I7).

    The message is one sentence for users; `fields` has `type`, `traceback` and `line` for admins.
    """

    code, status = "run_failed", 500


class RunCancelled(PenstockError):
    """Raised when a run was stopped by a person, a leaving client or an admin (spec I8)."""

    code, status = "run_cancelled", 499


class RunInterrupted(RunCancelled):
    """Raised when a run was cut short because the server stops."""

    code, status = "interrupted", 503
    default_hint = "Try again when the server is back."


class DeadlineExceeded(PenstockError):
    """Raised when a run went past its wall-clock deadline."""

    code, status = "deadline_exceeded", 504


class BudgetExceeded(PenstockError):
    """Raised when a run went over a budget; `budget` is its name in `Budget`, `limit` its value."""

    code, status = "budget_exceeded", 502
    default_hint = "An admin may raise the budget of the function."


class OutputTooLarge(PenstockError):
    """Raised when a hook returned or emitted more than a frame may carry."""

    code, status = "output_too_large", 502


class QuestionExpired(PenstockError):
    """Raised when nobody answered a question before its deadline (spec E4)."""

    code, status = "question_expired", 504


class FilterBlocked(PenstockError):
    """Raised when an inlet filter did not let a message through; the sentence is the filter's own (spec F2)."""

    code, status = "filter_blocked", 400


class AnswerWithheld(FilterBlocked):
    """Raised when a filter fails after the model began to answer, and its policy is `block`."""


class FilterFailed(PenstockError):
    """Raised when a filter fails after the model began to answer, and its policy is `fail`."""

    code, status = "filter_failed", 500


class NeedsConfiguration(PenstockError):
    """Raised when a function has required valves without a value (spec L7); `missing` lists them."""

    code, status = "needs_configuration", 409


class ProviderError(PenstockError):
    """Raised when a model's server answered with an error or not at all."""

    code, status = "provider_error", 502


class ProviderRefused(ProviderError):
    """Raised when a model's server did not accept what it was sent."""

    code, status = "provider_refused", 400


class ProviderBusy(ProviderError):
    """Raised when a model's server wants to be asked again later."""

    code, status = "provider_busy", 429


class BadSetting(PenstockError):
    """Raised at start when a setting of the server cannot be used; the message names it."""

    code = "bad_setting"


class CannotStart(PenstockError):
    """Raised at start when the server cannot have what it needs: its data folder, its port."""

    code, status = "cannot_start", 503


class ImportRefused(PenstockError):
    """Raised when a file cannot be taken in, or nothing may be taken in just now; nothing has changed then."""

    code, status = "import_refused", 400
