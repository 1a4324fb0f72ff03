"""Takes in models with their bindings and access, servers of models, and settings of the server."""

from __future__ import annotations

from msgspec import structs

from penstock.flows.connections import parse_connections
from penstock.flows.models import MODELS_PUBLIC
from penstock.flows.openwebui import model_rows
from penstock.flows.openwebui.job import Job
from penstock.flows.openwebui.rows import BrokenRow, text
from penstock.flows.openwebui.source import Source
from penstock.store.intake import Arrivals

FOR_ADMINS = (
    "Models about which nothing is recorded stay for administrators alone, as they were. Record their access in the "
    "list of models, or make them all public with `POST /api/v1/models/public`."
)
OLLAMA = "Ollama at {} is not taken along. It speaks OpenAI's protocol too: add {}/v1 as a connection."


async def take_models(job: Job, source: Source, arrivals: Arrivals) -> None:
    noun, present = job.report.noun("models"), {model.id for model in await job.store.models.list()}
    access_of, user_ids = model_rows.accesses_of(source), job.user_ids()
    for row in source.rows("model"):
        model_id, name = text(row, "id"), text(row, "name")
        if model_id in present and not job.choices.replace:
            noun.note(model_id, name, "kept")
            continue
        try:
            access = model_rows.mapped_access(access_of(row), user_ids, job.groups)
            model, notes = model_rows.model_of(row, access, job.owner(text(row, "user_id")).id)
        except BrokenRow as error:
            noun.note(model_id, name, "skipped", str(error))
            continue
        await arrivals.put(model)
        noun.note(model_id, name, "replaced" if model_id in present else "added", *notes)


async def take_connections(job: Job, source: Source, arrivals: Arrivals) -> None:
    noun, configuration = job.report.noun("connections"), model_rows.configuration_of(source)
    stored = {(each.url.rstrip("/"), each.prefix): each.id for each in await job.store.connections.list()}
    fixed = {(each.url, each.prefix) for each in parse_connections(job.settings.connections)}
    for connection, url, note in model_rows.connections_of(configuration):
        if connection is None:
            noun.note("", url, "skipped", note)
            continue
        place = (connection.url, connection.prefix)
        if place in fixed or (place in stored and not job.choices.replace):
            noun.note(connection.id, url, "kept")
            continue
        if place in stored:
            connection = structs.replace(connection, id=stored[place])
        await arrivals.put_connection(connection)
        noun.note(connection.id, url, "replaced" if place in stored else "added", note)
    job.report.notes.append(FOR_ADMINS)
    job.report.notes.extend(OLLAMA.format(url, url) for url in model_rows.ollama_of(configuration))


async def take_settings(job: Job, source: Source, arrivals: Arrivals) -> None:
    noun, present = job.report.noun("settings"), await job.store.settings.all()
    configured = model_rows.settings_of(model_rows.configuration_of(source))
    for key, value in {**configured, MODELS_PUBLIC: False}.items():
        if key in present and not job.choices.replace:
            noun.note(key, key, "kept")
            continue
        await arrivals.put_setting(key, value)
        noun.note(key, key, "replaced" if key in present else "added")
