"""Every name that published functions import from `open_webui` is found, where it is and where it was (spec H1)."""

from __future__ import annotations

import pytest

from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H1")]

NAMES = """
utils.misc: pop_system_message get_last_user_message get_last_user_message_item get_last_assistant_message
utils.misc: get_last_assistant_message_item get_messages_content add_or_update_system_message get_message_list
utils.misc: convert_output_to_messages deep_update is_string_allowed openai_chat_chunk_message_template
utils.misc: openai_chat_completion_message_template sanitize_data_for_db
utils.chat: generate_chat_completion
utils.logger: stdout_format
utils.tools: get_tools get_builtin_tools get_terminal_tools convert_openapi_to_tool_payload
utils.redis: get_redis_connection get_sentinels_from_env
utils.files: get_image_base64_from_file_id get_image_base64_from_url get_image_url_from_base64
utils.middleware: process_tool_result add_file_context apply_source_context_to_messages chat_completion_files_handler
utils.middleware: get_citation_source_from_tool_result get_system_oauth_token
utils.access_control: has_access has_permission get_permissions get_users_with_access check_model_access
utils.access_control: has_connection_access
utils.access_control.files: has_access_to_file
utils.payload: apply_model_params_to_body_openai apply_system_prompt_to_body convert_payload_openai_to_ollama
utils.plugin: extract_frontmatter load_function_module_by_id
utils.webhook: post_webhook
utils.headers: include_user_info_headers
utils.models: get_all_models
utils.task: title_generation_template emoji_generation_template autocomplete_generation_template
utils.task: moa_response_generation_template rag_template
utils.auth: create_token decode_token get_verified_user is_valid_token
utils.mcp.client: MCPClient
models.users: Users UserModel User UserListResponse
models.chats: Chats Chat ChatModel ChatForm ChatTitleMessagesForm
models.files: Files FileForm FileModel FileMetadataResponse
models.functions: Functions FunctionForm FunctionMeta FunctionModel FunctionResponse
models.models: Models ModelForm ModelMeta ModelModel ModelParams ModelUserResponse
models.tools: Tools ToolUserModel ToolResponse
models.memories: Memories MemoryModel
models.groups: Groups GroupResponse
models.folders: Folders Folder FolderUpdateForm
models.messages: Messages
models.config: Config
models.skills: Skills SkillForm SkillMeta
models.knowledge: Knowledges
models.access_grants: AccessGrants
models.feedbacks: Feedbacks
models.evaluations: Evaluations
env: SRC_LOG_LEVELS AIOHTTP_CLIENT_TIMEOUT VERSION GLOBAL_LOG_LEVEL DATA_DIR AIOHTTP_CLIENT_SESSION_SSL
env: BYPASS_MODEL_ACCESS_CONTROL DATABASE_POOL_MAX_OVERFLOW ENABLE_FORWARD_USER_INFO_HEADERS ENABLE_WEBSOCKET_SUPPORT
env: FORWARD_SESSION_INFO_HEADER_CHAT_ID FORWARD_SESSION_INFO_HEADER_MESSAGE_ID REDIS_KEY_PREFIX WEBSOCKET_MANAGER
env: WEBSOCKET_REDIS_URL WEBSOCKET_REDIS_CLUSTER WEBSOCKET_SENTINEL_HOSTS WEBSOCKET_SENTINEL_PORT
storage.provider: Storage
main: app generate_chat_completions
constants: TASKS ERROR_MESSAGES
config: UPLOAD_DIR CACHE_DIR DATA_DIR get_config TOOL_SERVER_CONNECTIONS WEBUI_URL STORAGE_PROVIDER
config: BYPASS_ADMIN_ACCESS_CONTROL PERSISTENT_CONFIG_REGISTRY
routers.files: upload_file_handler get_file_content_by_id upload_file
routers.models: get_models get_base_models
routers.retrieval: process_file ProcessFileForm
routers.images: image_generations CreateImageForm GenerateImageForm upload_image get_image_data load_b64_image_data
routers.audio: speech
routers.memories: add_memory AddMemoryForm query_memory QueryMemoryForm delete_memory_by_id update_memory_by_id
routers.memories: MemoryUpdateModel Memories
routers.users: Users
internal.db: get_async_db_context engine get_db Base Session get_session get_db_context
retrieval.vector.factory: VECTOR_DB_CLIENT
retrieval.vector.main: SearchResult
retrieval.utils: get_embedding_function query_collection
socket.main: get_event_emitter get_event_call sio get_active_user_ids get_session_ids_from_room
socket.utils: RedisLock
tasks: create_task
events: EVENT_SINKS
functions: get_function_module_by_id
"""
EARLIER = """
apps.webui.models.users: Users UserModel
apps.webui.models.chats: Chats
apps.webui.models.files: Files FileForm
apps.webui.models.memories: Memories
apps.webui.models.models: Models
apps.webui.models.functions: Functions
apps.webui.models.groups: Groups
apps.webui.models.knowledge: Knowledges
apps.webui.models.tools: Tools
apps.webui.routers.memories: add_memory AddMemoryForm
apps.webui.routers.files: upload_file
apps.webui.internal.db: get_db Base
apps.webui.utils: misc
apps.web.models.users: Users
apps.images.main: image_generations
apps.retrieval.main: process_file
apps.rag.main: process_file
apps.retrieval.utils: get_embedding_function
apps.openai.main: generate_chat_completion
apps.ollama.main: generate_chat_completion
apps.audio.main: speech
apps.socket.main: get_event_emitter
"""
WITHOUT_ROOT = """
utils.misc: get_last_user_message pop_system_message
utils.chat: generate_chat_completion
utils.pipelines.main: get_last_user_message get_last_assistant_message
apps.webui.models.users: Users
main: generate_chat_completions
config: UPLOAD_DIR
"""


def statements(table: str, root: str = "open_webui.") -> list[str]:
    rows = [line.split(": ") for line in table.strip().splitlines()]
    return [f"from {root}{module} import {name}" for module, names in rows for name in names.split()]


STATEMENTS = [*statements(NAMES), *statements(EARLIER), *statements(WITHOUT_ROOT, "")]


@pytest.fixture(scope="module")
async def found(stage: Stage) -> dict[str, str]:
    """What came of each statement, tried in one function: `ok`, or the error."""
    head = ["import asyncio", "FOUND = {}"]
    tries = [
        f"try:\n    {statement}\n    FOUND[{statement!r}] = 'ok'\n"
        f"except BaseException as error:\n    FOUND[{statement!r}] = repr(error)"
        for statement in STATEMENTS
    ]
    action = "class Action:\n    def action(self, body):\n        return FOUND"
    answer: dict[str, str] = await stage.run("\n".join([*head, *tries, action]))
    return answer


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_a_name_is_found(found: dict[str, str], statement: str) -> None:
    assert found[statement] == "ok"
