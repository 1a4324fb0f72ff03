/** The API as `/api/openapi.json` describes it. Written by `make api-types`: change the server instead. */

export interface Schemas {
  /** Who may do something, by ids. */
  Access: {
    group_ids?: string[];
    role_ids?: string[];
    user_ids?: string[];
  };
  /** Who may read and write something; in its place null means everybody. */
  AccessControl: {
    read?: Schemas["Access"] | null;
    write?: Schemas["Access"] | null;
  };
  AccessForm: {
    access_control?: Record<string, unknown> | null;
    access_grants?: Record<string, unknown>[] | null;
  };
  /** One permission, in the newer form of the same thing; `*` is everybody. */
  AccessGrant: {
    permission: string;
    principal_id: string;
    principal_type: string;
  };
  /** A button under answers of a model. `id` is the function, or `function.button`. */
  ActionButton: {
    description: string;
    has_user_valves?: boolean;
    icon: string | null;
    id: string;
    name: string;
  };
  /** What goes on in a chat. */
  Active: {
    runs: Schemas["ActiveRun"][];
    task_ids: string[];
  };
  /** A run that goes on in a chat, or waits. */
  ActiveRun: {
    action_id: string | null;
    function_id: string;
    message_id: string | null;
    name: string;
    run_id: string;
    state: string;
  };
  /** All functions, by id. `of` is the most runs of each that are looked at. */
  Activities: {
    functions: Record<string, Schemas["Activity"]>;
    of: number;
  };
  /** One function. */
  Activity: {
    /** A new version of it is being installed or checked. */
    building: boolean;
    /** How many of these failed. */
    failed: number;
    is_active: boolean;
    /** When the latest run began; null where it never ran. */
    last_run_at: number | null;
    /** Of a pipe, the models that it is; else those that it is bound to. Null: all models. */
    models: Schemas["ModelName"][] | null;
    /** How many of its latest runs were looked at; only those that have ended count. */
    recent: number;
    /** Runs that are going on, those in the background included. */
    running: number;
    /** As in the list of functions, `crashing` included. */
    state: string;
    /** The version that serves. */
    version_id: string | null;
  };
  /** The key of whoever asks; null where none was made. */
  ApiKey: {
    api_key: string | null;
  };
  /** Who made something. */
  Author: {
    email: string;
    id: string;
    name: string;
    profile_image_url: string;
    role: "admin" | "moderator" | "pending" | "user";
  };
  Banners: {
    banners: Record<string, unknown>[];
  };
  BeforeAfter: {
    after: unknown;
    before: unknown;
  };
  Body_upload_api_v1_files__post: {
    file: string;
    metadata?: string | null;
  };
  /** The last message of the branch that is shown. */
  Branch: {
    currentId: string | null;
  };
  /** The values that a budget may have. */
  BudgetBound: {
    least: number;
    most: number;
    unit: "" | "bytes" | "seconds";
  };
  /** A sentence for the author or admin that does not stop a save. */
  Caution: {
    code: string;
    line: number | null;
    message: string;
  };
  ChangedFile: {
    change: string;
    path: string;
  };
  /** A chat with everything in it. It holds all events up to `last_event_id`. */
  ChatAnswer: {
    active: Schemas["Active"];
    archived: boolean;
    chat: Schemas["ChatDocument"];
    created_at: number;
    folder_id: string | null;
    id: string;
    last_event_id: number;
    meta: Record<string, unknown>;
    pinned: boolean;
    share_id: string | null;
    title: string;
    updated_at: number;
    user_id: string;
  };
  /** What was said. `messages` is the shown branch as a list; keys that clients added come back as they were sent. */
  ChatDocument: {
    files: Schemas["FileItem"][];
    history: Schemas["History"];
    id?: string;
    messages?: Schemas["ChatMessage"][];
    models: string[];
    params: Record<string, unknown>;
    tags: string[];
    timestamp: number;
    title: string;
    [name: string]: unknown;
  };
  ChatForm: {
    chat: Record<string, unknown>;
    folder_id?: string | null;
  };
  ChatImport: {
    archived?: boolean | null;
    chat: Record<string, unknown>;
    created_at?: number | null;
    folder_id?: string | null;
    meta?: Record<string, unknown> | null;
    pinned?: boolean | null;
    updated_at?: number | null;
  };
  ChatImports: {
    chats: Schemas["ChatImport"][];
  };
  /** One message. What is empty is left out; keys that clients added come back as they were sent. */
  ChatMessage: {
    childrenIds: string[];
    content: string;
    done?: boolean;
    embeds?: (string | Schemas["EmbedItem"])[];
    error?: string | boolean | Schemas["MessageError"];
    favorite?: boolean;
    files?: Schemas["FileItem"][];
    followUps?: string[];
    id: string;
    model?: string;
    modelName?: string;
    originalContent?: string;
    output?: Schemas["OutputItem"][];
    parentId: string | null;
    reasoning?: string;
    role: string;
    sources?: Schemas["SourceItem"][];
    statusHistory?: Schemas["StatusItem"][];
    timestamp: number;
    usage?: Record<string, unknown>;
    [name: string]: unknown;
  };
  /** A chat in a list. Times are epoch seconds. */
  ChatSummary: {
    archived: boolean;
    created_at: number;
    folder_id: string | null;
    id: string;
    pinned: boolean;
    share_id: string | null;
    title: string;
    updated_at: number;
  };
  ChatTag: {
    id: string;
    name: string;
    user_id: string;
  };
  ChosenExamples: {
    ids?: string[] | null;
  };
  CloneForm: {
    id?: string;
    name?: string;
  };
  /** What was removed. */
  Collected: {
    bytes: number;
    removed: Schemas["EnvironmentItem"][];
  };
  /** An answer as OpenAI's clients read it. Where a page asked: `task_ids`, by which it can be stopped. */
  Completion: {
    chat_id?: string;
    choices?: Schemas["CompletionChoice"][];
    created?: number;
    id?: string;
    model?: string;
    object?: string;
    status?: boolean;
    task_ids?: string[];
    usage?: Record<string, unknown> | null;
    [name: string]: unknown;
  };
  CompletionChoice: {
    finish_reason?: string | null;
    index?: number;
    message: Record<string, unknown>;
    [name: string]: unknown;
  };
  /** A request as OpenAI's clients send it. With `session_id` a page asks for an answer into a message. */
  CompletionRequest: {
    background_tasks?: Record<string, boolean>;
    chat_id?: string | null;
    files?: unknown[];
    filter_ids?: string[];
    id?: string;
    messages?: Record<string, unknown>[];
    model: string;
    params?: Record<string, unknown>;
    parent_id?: string | null;
    session_id?: string;
    stream?: boolean;
    tool_ids?: string[];
    user_message?: Record<string, unknown> | null;
    [name: string]: unknown;
  };
  /** What a page asks before anything else. `onboarding` while there is no account. */
  Config: {
    banners?: unknown[];
    default_locale: string;
    default_models?: string | null;
    default_prompt_suggestions?: unknown[];
    features: Record<string, boolean>;
    file?: Schemas["UploadLimits"];
    name: string;
    oauth: Schemas["OAuth"];
    onboarding?: boolean;
    permissions?: Schemas["Permissions"];
    signed_in: boolean;
    status: boolean;
    version: string;
  };
  ConfigImport: {
    config: Record<string, unknown>;
  };
  ConnectionForm: {
    enabled?: boolean | null;
    /** Left out or null: stays as it is. */
    key?: string | null;
    model_ids?: string[] | null;
    name?: string | null;
    prefix?: string | null;
    url?: string | null;
  };
  /** A server that speaks OpenAI's protocol. Keys go in and never come out. */
  ConnectionItem: {
    created_at: number;
    enabled: boolean;
    error: string | null;
    has_key: boolean;
    id: string;
    model_ids: string[];
    models: string[];
    name: string;
    prefix: string;
    source: string;
    updated_at: number;
    url: string;
  };
  /** What clients of Open WebUI keep here, under its names; all of it comes back as it was sent. */
  ConnectionSettings: {
    ENABLE_BASE_MODELS_CACHE: unknown;
    ENABLE_DIRECT_CONNECTIONS: unknown;
    [name: string]: unknown;
  };
  /** What a server answered just now. */
  ConnectionTest: {
    error: string | null;
    models: string[];
    ok: boolean;
  };
  CurrentMessage: {
    currentId: string;
  };
  /** Rights of a function. Sizes are in bytes, times in seconds. */
  DecidedRights: {
    budget: Record<string, number | null>;
    data: "all" | "user";
    hosts: string[];
    page_script: boolean;
    profile: "closed" | "standard" | "trusted";
  };
  /** The models of new chats, and the order in which all are shown. Names are Open WebUI's. */
  DefaultModels: {
    DEFAULT_MODELS: string | null;
    MODEL_ORDER_LIST: string[];
  };
  Differences: {
    added: string[];
    removed: string[];
  };
  Done: {
    status?: boolean;
  };
  EffectivePolicy: {
    outlet: "block" | "fail" | "skip";
    stream: "block" | "fail" | "skip";
    tasks: boolean;
  };
  /** Something to show in a frame: HTML, or an address. */
  EmbedItem: {
    content?: string;
    html?: string;
    url?: string;
    [name: string]: unknown;
  };
  EmittedEvent: {
    data?: unknown;
    type: string;
  };
  /** A set of packages on this machine. `size` is in bytes. */
  EnvironmentItem: {
    created_at: number;
    function_ids: string[];
    id: string;
    in_use: boolean;
    packages: string[];
    size: number;
    wanted_at: number;
  };
  /** Every refusal. `code` is stable; `detail` is a sentence, or a list of what is wrong with which field. Some errors have further fields of their own. */
  Error: {
    code: string;
    detail: string | Schemas["Problem"][];
    errors?: unknown[];
    hint: string;
    [name: string]: unknown;
  };
  EventData: {
    data: unknown;
    type: string;
  };
  ExamineForm: {
    content?: string | null;
    package?: string | null;
  };
  /** What a source needs and what cannot work. `works`: nothing is known that keeps it from working here. */
  Examined: {
    author: string;
    files: Schemas["SourceFile"][];
    findings: Schemas["Finding"][];
    hooks: string[];
    kind: string;
    needs: Schemas["Needs"];
    title: string;
    version: string;
    works: boolean;
  };
  /** A function that comes with Penstock. */
  ExampleItem: {
    description: string;
    icon_url: string;
    id: string;
    installed: boolean;
    kind: "action" | "event" | "filter" | "pipe";
    name: string;
  };
  /** A function as an export holds it. `package` is the zip of one of several files, in base64. */
  ExportedFunction: {
    content: string;
    created_at: number;
    id: string;
    is_active: boolean;
    is_global: boolean;
    meta: Record<string, unknown>;
    name: string;
    origin_hash?: string;
    origin_url?: string;
    package?: string;
    type: "action" | "event" | "filter" | "pipe";
    updated_at: number;
    user_id: string;
    valves?: Record<string, unknown>;
  };
  /** What an address holds. */
  FetchedSource: {
    content: string;
    name: string;
    sha256: string;
    url: string;
  };
  /** A file of a message or a chat. */
  FileItem: {
    content_type?: string;
    id?: string;
    name?: string;
    size?: number | null;
    type?: string;
    url?: string;
    [name: string]: unknown;
  };
  FileSize: {
    path: string;
    size: number;
  };
  FileStatus: {
    status: string;
  };
  FileText: {
    content: string;
  };
  /** A filter that a person may switch on and off. */
  FilterSwitch: {
    description: string;
    has_user_valves: boolean;
    icon: string | null;
    id: string;
    name: string;
  };
  /** `error`: it cannot work here. `warning`: it may fail or surprise. `note`: worth knowing, nothing to do. */
  Finding: {
    code: string;
    file: string;
    fix: string;
    line: number | null;
    message: string;
    severity: "error" | "note" | "warning";
  };
  FolderChange: {
    data?: Record<string, unknown> | null;
    meta?: Record<string, unknown> | null;
    name?: string | null;
  };
  FolderChoice: {
    folder_id?: string | null;
  };
  FolderExpansion: {
    is_expanded: boolean;
  };
  /** A place for chats. */
  FolderItem: {
    created_at: number;
    data: Record<string, unknown>;
    id: string;
    is_expanded: boolean;
    items: null;
    meta: Record<string, unknown>;
    name: string;
    parent_id: string | null;
    updated_at: number;
    user_id: string;
  };
  FolderMove: {
    parent_id?: string | null;
  };
  /** The nearest memories, nearest first; each list has one entry: the answer to the one question. */
  FoundMemories: {
    distances: number[][];
    documents: string[][];
    ids: string[][];
    metadatas: Schemas["MemoryTime"][][];
  };
  /** Who may use a function; null is everybody. `access_grants` says the same. */
  FunctionAccess: {
    access_control: Schemas["AccessControl"] | null;
    access_grants: Schemas["AccessGrant"][];
    id: string;
  };
  /** One button of an action that has several. */
  FunctionButton: {
    id: string;
    name: string;
  };
  FunctionForm: {
    commit_message?: string | null;
    content?: string | null;
    id?: string;
    meta?: Record<string, unknown>;
    name?: string;
    origin_hash?: string;
    origin_url?: string;
    package?: string | null;
  };
  /** A function as admins see it. `reason` says why its `state` is not `ready`. */
  FunctionItem: {
    access_control: Schemas["AccessControl"] | null;
    buttons: Schemas["FunctionButton"][];
    created_at: number;
    data: "all" | "user" | null;
    has_user_valves: boolean;
    has_valves: boolean;
    id: string;
    is_active: boolean;
    is_global: boolean;
    is_package: boolean;
    kind: "action" | "event" | "filter" | "pipe";
    meta: Schemas["FunctionMeta"];
    name: string;
    origin_url: string;
    page_script: boolean;
    profile: "closed" | "standard" | "trusted" | null;
    reason: string;
    state: "crashing" | "failed" | "needs_configuration" | "needs_packages" | "quarantined" | "ready";
    type: "action" | "event" | "filter" | "pipe";
    updated_at: number;
    user_id: string;
    version_id: string | null;
    version_number: number | null;
  };
  /** `manifest` is the frontmatter of the source: title, author, version, description ... */
  FunctionMeta: {
    description: string;
    manifest: Record<string, string>;
    toggle: boolean;
    [name: string]: unknown;
  };
  /** Functions as an export holds them. */
  FunctionSet: {
    functions: Record<string, unknown>[];
  };
  /** A function. What only admins may know is left out for others. */
  FunctionShown: {
    access_control?: Schemas["AccessControl"] | null;
    buttons: Schemas["FunctionButton"][];
    created_at: number;
    data?: "all" | "user" | null;
    has_user_valves: boolean;
    has_valves: boolean;
    id: string;
    is_active: boolean;
    is_global: boolean;
    is_package: boolean;
    kind: "action" | "event" | "filter" | "pipe";
    meta: Schemas["FunctionMeta"];
    name: string;
    origin_url?: string;
    page_script: boolean;
    profile?: "closed" | "standard" | "trusted" | null;
    reason?: string;
    state: "crashing" | "failed" | "needs_configuration" | "needs_packages" | "quarantined" | "ready";
    type: "action" | "event" | "filter" | "pipe";
    updated_at: number;
    user_id: string;
    version_id: string | null;
    version_number: number | null;
  };
  /** A function with its source. `files` are those of a package; `description` is what loading it has told. */
  FunctionSource: {
    access_control: Schemas["AccessControl"] | null;
    buttons: Schemas["FunctionButton"][];
    content: string;
    created_at: number;
    data: "all" | "user" | null;
    description: Record<string, unknown> | null;
    files: Schemas["FileSize"][];
    has_user_valves: boolean;
    has_valves: boolean;
    id: string;
    is_active: boolean;
    is_global: boolean;
    is_package: boolean;
    kind: "action" | "event" | "filter" | "pipe";
    meta: Schemas["FunctionMeta"];
    name: string;
    origin_url: string;
    page_script: boolean;
    profile: "closed" | "standard" | "trusted" | null;
    reason: string;
    requirements: string[];
    state: "crashing" | "failed" | "needs_configuration" | "needs_packages" | "quarantined" | "ready";
    type: "action" | "event" | "filter" | "pipe";
    updated_at: number;
    user_id: string;
    version_id: string | null;
    version_number: number | null;
    warnings: Schemas["Caution"][];
  };
  GivenAnswer: {
    answer?: unknown;
  };
  GroupForm: {
    description?: string;
    name: string;
    permissions?: Record<string, unknown> | null;
    user_ids?: string[] | null;
  };
  /** Users who share rights. */
  GroupItem: {
    created_at: number;
    data: null;
    description: string;
    id: string;
    member_count: number;
    meta: Record<string, unknown>;
    name: string;
    permissions: Record<string, unknown>;
    updated_at: number;
    user_id: string;
    user_ids: string[];
  };
  GroupMembers: {
    user_ids: string[];
  };
  /** All messages by id, and the last one of the branch that is shown. */
  History: {
    currentId: string | null;
    messages: Record<string, Schemas["ChatMessage"]>;
  };
  /** A host that stands in the source. `private` ones have to be granted. */
  HostNeeded: {
    host: string;
    line: number;
    private: boolean;
  };
  /** Why one function was not imported. */
  ImportFailure: {
    code: string;
    detail: string;
    hint: string;
    id: string;
    name?: string;
    [name: string]: unknown;
  };
  /** What became of an import: `functions` are there now, `errors` are not. */
  ImportOutcome: {
    created: string[];
    errors: Schemas["ImportFailure"][];
    functions: Schemas["FunctionItem"][];
    updated: string[];
  };
  /** One wall around workers, as it stands on this machine. */
  Layer: {
    active: boolean;
    means: string;
    name: string;
    what: string;
    why_not: string;
  };
  /** A function with who made it. */
  ListedFunction: {
    access_control: Schemas["AccessControl"] | null;
    buttons: Schemas["FunctionButton"][];
    created_at: number;
    data: "all" | "user" | null;
    has_user_valves: boolean;
    has_valves: boolean;
    id: string;
    is_active: boolean;
    is_global: boolean;
    is_package: boolean;
    kind: "action" | "event" | "filter" | "pipe";
    meta: Schemas["FunctionMeta"];
    name: string;
    origin_url: string;
    page_script: boolean;
    profile: "closed" | "standard" | "trusted" | null;
    reason: string;
    state: "crashing" | "failed" | "needs_configuration" | "needs_packages" | "quarantined" | "ready";
    type: "action" | "event" | "filter" | "pipe";
    updated_at: number;
    user: Schemas["Author"] | null;
    user_id: string;
    version_id: string | null;
    version_number: number | null;
  };
  /** A record with who made it. */
  ListedModel: {
    access_control: Record<string, unknown> | null;
    access_grants: Schemas["AccessGrant"][];
    base_model_id: string | null;
    created_at: number;
    id: string;
    is_active: boolean;
    meta: Schemas["ModelMeta"];
    name: string;
    params: Record<string, unknown>;
    updated_at: number;
    user: Schemas["Author"] | null;
    user_id: string;
    write_access: boolean;
  };
  /** One page of records, and how many there are. */
  ListedModels: {
    items: Schemas["ListedModel"][];
    total: number;
  };
  MemoryForm: {
    content: string;
  };
  /** Something that a user wants models to know. */
  MemoryItem: {
    content: string;
    created_at: number;
    id: string;
    updated_at: number;
    user_id: string;
  };
  MemoryQuestion: {
    content: string;
    k?: number | null;
  };
  MemoryTime: {
    created_at: number;
  };
  /** Where another program may emit into a message, with which token and until when (epoch seconds). */
  MessageAddress: {
    expires_at: number;
    token: string;
    url: string;
  };
  /** Why there is no answer, or no whole one. */
  MessageError: {
    code?: string;
    content?: string;
    hint?: string;
    [name: string]: unknown;
  };
  MessageText: {
    content: string;
  };
  /** A stored event, as it went to the sockets. */
  MissedEvent: {
    chat_id: string;
    data: Schemas["EventData"];
    message_id: string | null;
    seq: number;
  };
  /** Ask with `last` the next time; `more` says that there are further ones already. */
  MissedEvents: {
    events: Schemas["MissedEvent"][];
    last: number;
    more: boolean;
  };
  ModelAccess: {
    access_grants: Record<string, unknown>[];
    id: string;
  };
  ModelChoice: {
    id: string;
  };
  ModelDefaults: {
    DEFAULT_MODELS?: string | null;
    MODEL_ORDER_LIST?: string[] | null;
  };
  ModelForm: {
    access_control?: Record<string, unknown> | null;
    access_grants?: Record<string, unknown>[] | null;
    base_model_id?: string | null;
    id: string;
    is_active?: boolean;
    meta?: Record<string, unknown>;
    name?: string;
    params?: Record<string, unknown>;
  };
  ModelForms: {
    models: Schemas["ModelForm"][];
  };
  /** What is recorded about a model. What only admins may know is left out for others. */
  ModelInfo: {
    access_control?: Record<string, unknown> | null;
    access_grants?: Schemas["AccessGrant"][];
    base_model_id: string | null;
    created_at: number;
    id: string;
    is_active: boolean;
    meta: Schemas["ModelMeta"];
    name: string;
    params?: Record<string, unknown>;
    updated_at: number;
    user_id?: string;
  };
  /** A model that can be asked. `stale`: it comes from a list that could not be renewed. */
  ModelItem: {
    actions: Schemas["ActionButton"][];
    connection_type?: string;
    created: number;
    filters: Schemas["FilterSwitch"][];
    has_user_valves: boolean;
    id: string;
    info?: Schemas["ModelInfo"];
    name: string;
    object: string;
    openai?: Schemas["Upstream"];
    owned_by: string;
    pipe?: Schemas["PipeMark"];
    preset?: boolean;
    stale?: boolean;
    tags: Schemas["ModelTag"][];
  };
  /** What admins wrote about a model. */
  ModelMeta: {
    actionIds?: string[];
    automaticActionIds?: string[];
    defaultFilterIds?: string[];
    description?: string | null;
    filterIds?: string[];
    profile_image_url?: string | null;
    suggestion_prompts?: Schemas["Suggestion"][] | null;
    [name: string]: unknown;
  };
  ModelName: {
    id: string;
    name: string;
  };
  /** An admin's record about a model, whole. */
  ModelRecord: {
    access_control: Record<string, unknown> | null;
    access_grants: Schemas["AccessGrant"][];
    base_model_id: string | null;
    created_at: number;
    id: string;
    is_active: boolean;
    meta: Schemas["ModelMeta"];
    name: string;
    params: Record<string, unknown>;
    updated_at: number;
    user_id: string;
  };
  /** A record as the caller may see it. */
  ModelSeen: {
    access_control?: Record<string, unknown> | null;
    access_grants?: Schemas["AccessGrant"][];
    base_model_id: string | null;
    created_at?: number;
    id: string;
    is_active: boolean;
    meta: Schemas["ModelMeta"];
    name: string;
    params?: Record<string, unknown>;
    updated_at?: number;
    user_id?: string;
    write_access: boolean;
  };
  ModelTag: {
    name: string;
  };
  /** All models that the caller may ask. */
  Models: {
    data: Schemas["ModelItem"][];
  };
  ModelsPublic: {
    public: boolean;
  };
  /** All of it. `implied` packages are imported, not named, and shipped with Open WebUI: Penstock installs them. */
  Needs: {
    environment: string[];
    hosts: Schemas["HostNeeded"][];
    implied: string[];
    open_webui: string[];
    requirements: string[];
    rights: Schemas["Right"][];
  };
  NewAccount: {
    email: string;
    name: string;
    password: string;
    profile_image_url?: string;
    role?: string;
  };
  NewApiKey: {
    api_key: string;
  };
  NewConnection: {
    enabled?: boolean | null;
    /** Left out or null: stays as it is. */
    key?: string | null;
    model_ids?: string[] | null;
    name?: string | null;
    prefix?: string | null;
    url: string;
  };
  NewFolder: {
    data?: Record<string, unknown> | null;
    meta?: Record<string, unknown> | null;
    name: string;
    parent_id?: string | null;
  };
  NewRun: {
    run_id: string;
  };
  NewTitle: {
    title?: string | null;
  };
  OAuth: {
    providers: Record<string, string>;
  };
  /** Something that a run asks a person. It closes by itself at `deadline`. */
  OpenQuestion: {
    chat_id: string | null;
    created_at: number;
    data: Record<string, unknown>;
    deadline: number;
    id: string;
    message_id: string | null;
    run_id: string;
    type: string;
  };
  /** What an address holds now, beside what serves. `edited`: somebody here has changed what came from there. */
  OriginCheck: {
    changed: boolean;
    checked_at: number;
    content: string;
    content_diff: string;
    edited: boolean;
    sha256: string;
    url: string;
    version: string;
  };
  /** A stored file of a result. */
  OutputFile: {
    id?: string | null;
    name: string;
    url: string;
  };
  /** A result of an action, as it stands under its message: `text`, `table`, `json`, `chart`, `image`, `file` ... */
  OutputItem: {
    data?: unknown;
    file?: Schemas["OutputFile"] | null;
    id?: string;
    kind: string;
    source?: string | null;
    title?: string | null;
    [name: string]: unknown;
  };
  /** One's own account. */
  OwnProfile: {
    email: string;
    id: string;
    name: string;
    profile_image_url: string;
    role: "admin" | "moderator" | "pending" | "user";
  };
  PasswordChange: {
    new_password: string;
    password: string;
  };
  /** One page of accounts, and how many there are. */
  People: {
    total: number;
    users: Schemas["Person"][];
  };
  /** What a page may offer. */
  Permissions: {
    chat: Record<string, boolean>;
    features: Record<string, boolean>;
    workspace: Record<string, boolean>;
  };
  /** An account, as its owner and admins see it. Times are epoch seconds. */
  Person: {
    created_at: number;
    email: string;
    id: string;
    info: Record<string, unknown>;
    last_active_at: number;
    name: string;
    profile_image_url: string;
    role: "admin" | "moderator" | "pending" | "user";
    settings: Record<string, unknown>;
    updated_at: number;
  };
  PersonName: {
    id: string;
    name: string;
  };
  /** An account as the caller may see it; `active` while it has a page open. */
  PersonSeen: {
    active: boolean;
    created_at?: number;
    email?: string;
    id: string;
    info?: Record<string, unknown>;
    is_active: boolean;
    last_active_at?: number;
    name: string;
    profile_image_url: string;
    role: "admin" | "moderator" | "pending" | "user";
    settings?: Record<string, unknown>;
    updated_at?: number;
  };
  PipeMark: {
    type: string;
  };
  /** What is decided (null: left to the author), what the author proposes, and what is in force. */
  Policy: {
    effective: Schemas["EffectivePolicy"];
    inlet: "block";
    outlet: "block" | "fail" | "skip" | null;
    proposed: Schemas["ProposedPolicy"];
    stream: "block" | "fail" | "skip" | null;
    tasks: boolean | null;
  };
  /** What is named changes; null goes back to what the author proposes. */
  PolicyChange: {
    outlet?: "block" | "fail" | "skip" | null;
    stream?: "block" | "fail" | "skip" | null;
    tasks?: boolean | null;
  };
  Presence: {
    active: boolean;
  };
  /** What is wrong with one field. `loc` is its path, beginning with the part of the request that it is in. */
  Problem: {
    loc: (string | number)[];
    msg: string | null;
    type: string | null;
  };
  ProfileChange: {
    name: string;
    profile_image_url?: string | null;
  };
  ProposedPolicy: {
    outlet?: "block" | "fail" | "skip";
    stream?: "block" | "fail" | "skip";
    tasks?: boolean;
  };
  /** One page of what everybody may see, and how many there are. */
  PublicPeople: {
    total: number;
    users: Schemas["PublicUser"][];
  };
  /** What everybody who is signed in may know of somebody. */
  PublicUser: {
    id: string;
    name: string;
    profile_image_url: string;
    role: "admin" | "moderator" | "pending" | "user";
  };
  /** A host that a run could not reach for want of a right. */
  RefusedHost: {
    count: number;
    host: string;
    port: number;
    reason: string;
  };
  /** A right beyond the defaults, and why it may be needed. */
  Right: {
    line: number | null;
    right: string;
    why: string;
  };
  /** What is in force, what it would be by default, and what may be set; `budget` has what is set, or null. */
  Rights: {
    bounds: Record<string, Schemas["BudgetBound"]>;
    budget: Record<string, number | null>;
    data: "all" | "user";
    defaults: Schemas["DecidedRights"];
    effective: Schemas["DecidedRights"];
    hosts: string[];
    page_script: boolean;
    profile: "closed" | "standard" | "trusted";
    updated_at: number | null;
    updated_by: Schemas["PersonName"] | null;
  };
  /** What is named changes; null goes back to the default. */
  RightsChange: {
    budget?: Record<string, number | null> | null;
    confirm?: boolean;
    data?: "all" | "user" | null;
    hosts?: string[] | null;
    page_script?: boolean | null;
    profile?: "closed" | "standard" | "trusted" | null;
  };
  RoleChange: {
    id: string;
    role: string;
  };
  /** How many secrets were sealed anew, and how many keys the ring has. */
  RotatedKeys: {
    keys: number;
    sealed: number;
  };
  /** What the hook was called with; not `whole` where it was cut. */
  RunArguments: {
    body?: unknown;
    whole?: boolean;
    [name: string]: unknown;
  };
  /** One run of a hook. Times are epoch seconds. */
  RunItem: {
    chat_id: string | null;
    ended_at: number | null;
    error: Schemas["RunProblem"] | null;
    function_id: string;
    hook: string;
    id: string;
    idempotency_key: string | null;
    message_id: string | null;
    notes: string[];
    result: unknown;
    started_at: number;
    state: "background" | "cancelled" | "done" | "failed" | "interrupted" | "queued" | "running";
    trigger: string;
    user_id: string;
    version_id: string;
  };
  RunLogLine: {
    level: string;
    text: string;
    thread: string;
    time: number;
  };
  /** Why a run failed. Only admins see where in the source. */
  RunProblem: {
    budget?: unknown;
    code?: string | null;
    limit?: unknown;
    line?: number | null;
    message?: string | null;
    traceback?: string;
    type?: string;
  };
  /** Something that a run emitted, asked a person, or asked the server for. */
  RunStep: {
    answer?: unknown;
    arguments?: unknown;
    count?: number;
    data?: unknown;
    error?: string | null;
    kind: string;
    name?: string;
    state?: string;
    time: number;
    took?: number | null;
    until?: number;
    [name: string]: unknown;
  };
  /** What happened in a run, in order; null where nothing was kept. */
  RunTimeline: {
    arguments: Schemas["RunArguments"] | null;
    steps: Schemas["RunStep"][];
    usage: Schemas["RunUsage"] | null;
  };
  /** What its worker took when it was last looked at, and how many other runs it had. */
  RunUsage: {
    cpu?: number;
    memory?: number;
    shared?: number;
    [name: string]: unknown;
  };
  /** What happened, as a sentence. */
  Said: {
    message: string;
  };
  SeenOrigin: {
    sha256: string;
  };
  /** Whoever is signed in, with the token that proves it. */
  SessionUser: {
    email: string;
    expires_at: number | null;
    id: string;
    name: string;
    permissions: Schemas["Permissions"];
    profile_image_url: string;
    role: "admin" | "moderator" | "pending" | "user";
    token: string;
    token_type: string;
  };
  /** A setting; of what may hold a secret, only whether it is set. `default`: nobody has set it. */
  SettingItem: {
    default: boolean;
    default_value: unknown;
    description: string;
    name: string;
    secret: boolean;
    source: "argument" | "default" | "environment" | "file";
    value: unknown;
  };
  /** A chat in the list of what its owner shares; `id` is the chat's, `share_id` stands in the address. */
  ShareItem: {
    created_at: number;
    id: string;
    share_id: string;
    title: string;
    updated_at: number;
  };
  /** A chat as it was when it was shared. */
  SharedChat: {
    archived: boolean;
    chat: Schemas["SharedDocument"];
    created_at: number;
    folder_id: string | null;
    id: string;
    meta: Record<string, unknown>;
    pinned: boolean;
    share_id: string | null;
    title: string;
    updated_at: number;
    user_id: string;
  };
  /** What was said, without what is the owner's alone. */
  SharedDocument: {
    files?: Schemas["FileItem"][];
    history: Schemas["History"];
    id?: string;
    messages?: Schemas["ChatMessage"][];
    models?: string[];
    tags?: string[];
    timestamp?: number;
    title: string;
    [name: string]: unknown;
  };
  SignIn: {
    email: string;
    password: string;
  };
  SignUp: {
    email: string;
    name: string;
    password: string;
    profile_image_url?: string;
  };
  /** The function as it was. The source is there for a single version only. */
  Snapshot: {
    content?: string;
    files?: Schemas["FileSize"][];
    meta: Schemas["VersionManifest"];
    name: string;
  };
  SourceAddress: {
    url: string;
  };
  /** One file as a text; of a function of one file the path is empty. */
  SourceFile: {
    content: string;
    path: string;
  };
  /** Something that an answer rests on: passages (`document`) with their `metadata`, one to one. */
  SourceItem: {
    distances?: number[] | null;
    document?: string[];
    metadata?: Record<string, unknown>[];
    source?: Schemas["SourceName"];
    [name: string]: unknown;
  };
  /** Where passages come from. */
  SourceName: {
    id?: string;
    name?: string;
    url?: string;
    [name: string]: unknown;
  };
  /** It worked. */
  Status: {
    status: boolean;
  };
  /** One line of what a run does just now. */
  StatusItem: {
    action?: string | null;
    description?: string;
    done?: boolean | number | null;
    hidden?: boolean | null;
    level?: string;
    progress?: number;
    urls?: string[] | null;
    [name: string]: unknown;
  };
  /** A file of a user. */
  StoredFile: {
    created_at: number;
    data: Schemas["StoredFileData"];
    filename: string;
    hash: string;
    id: string;
    meta: Schemas["StoredFileMeta"];
    path: string;
    updated_at: number;
    user_id: string;
  };
  /** How far reading it is, and its text where that was asked for. */
  StoredFileData: {
    content?: string;
    status: string;
    [name: string]: unknown;
  };
  StoredFileMeta: {
    content_type: string;
    name: string;
    size: number;
    [name: string]: unknown;
  };
  /** One page of files, and how many there are. */
  StoredFiles: {
    items: Schemas["StoredFile"][];
    total: number;
  };
  /** Something to ask, as the start of a chat offers it. */
  Suggestion: {
    content: string;
    title?: string | string[] | null;
    [name: string]: unknown;
  };
  /** Admins do not want this. */
  SwitchedOff: {
    detail: string;
  };
  /** How the server is doing. `layers` are the walls around functions, as they stand on this machine. */
  SystemState: {
    engine: string;
    layers: Schemas["Layer"][];
    platform: string;
    python: string;
    settings: Schemas["SettingItem"][];
    started_at: number;
    troubles: Schemas["Trouble"][];
    users: number;
    version: string;
    workers: Schemas["WorkerState"][];
  };
  TagName: {
    name: string;
  };
  TagWindow: {
    limit?: number;
    name: string;
    skip?: number;
  };
  /** Which questions are asked about chats, of which model and in which words. Names are Open WebUI's. */
  TaskConfig: {
    ENABLE_AUTOCOMPLETE_GENERATION: boolean;
    ENABLE_FOLLOW_UP_GENERATION: boolean;
    ENABLE_RETRIEVAL_QUERY_GENERATION: boolean;
    ENABLE_SEARCH_QUERY_GENERATION: boolean;
    ENABLE_TAGS_GENERATION: boolean;
    ENABLE_TASKS_FOR_ALL_PIPES: boolean;
    ENABLE_TITLE_GENERATION: boolean;
    FOLLOW_UP_GENERATION_PROMPT_TEMPLATE: string;
    QUERY_GENERATION_PROMPT_TEMPLATE: string;
    TAGS_GENERATION_PROMPT_TEMPLATE: string;
    TASK_MODEL: string;
    TASK_MODEL_EXTERNAL: string;
    TITLE_GENERATION_PROMPT_TEMPLATE: string;
    [name: string]: unknown;
  };
  TaskIds: {
    task_ids: string[];
  };
  TaskStop: {
    message: string;
    status: boolean;
  };
  Tasks: {
    tasks: string[];
  };
  TextContent: {
    content: string;
  };
  TokenRequest: {
    expires_in?: number | null;
  };
  /** Something that a completion may name in `tool_ids`. */
  ToolItem: {
    has_user_valves: boolean;
    id: string;
    meta: Schemas["ToolMeta"];
    name: string;
    specs: Schemas["ToolSpec"][];
  };
  ToolMeta: {
    description: string;
  };
  /** A tool as models read it; `parameters` is a JSON Schema. */
  ToolSpec: {
    description: string;
    name: string;
    parameters: Record<string, unknown>;
  };
  /** A version whose workers died again and again, and which gets no new one for a while. */
  Trouble: {
    crashes: number;
    function_id: string;
    reason: string;
    retry_at: number;
    version_id: string;
  };
  /** `body` is what the hook reads: `{"messages": [...], "model": id}`, or `{"name", "data"}` of an event. */
  TryForm: {
    action?: string;
    body?: unknown;
    content?: string | null;
    hook?: string;
    id?: string;
    name?: string;
    package?: string | null;
    valves?: Record<string, unknown> | null;
  };
  UploadLimits: {
    max_count: number | null;
    max_size: number | null;
  };
  /** A file that has just come in. */
  UploadedFile: {
    created_at: number;
    data: Schemas["StoredFileData"];
    filename: string;
    hash: string;
    id: string;
    meta: Schemas["StoredFileMeta"];
    path: string;
    status: boolean;
    updated_at: number;
    user_id: string;
  };
  /** What the model is called on the server that it comes from. */
  Upstream: {
    id: string;
  };
  UserChange: {
    email?: string | null;
    name?: string | null;
    password?: string | null;
    profile_image_url?: string | null;
    role?: string | null;
  };
  /** What clients keep for a user. */
  UserSettings: {
    ui?: Record<string, unknown>;
    [name: string]: unknown;
  };
  /** What is set for one group or model. */
  ValveLayer: {
    layer: "group" | "model";
    name: string;
    subject: string;
    values: Record<string, unknown>;
  };
  /** A value that a run would see, and where it comes from. */
  ValveOrigin: {
    layer: "default" | "global" | "group" | "model" | "user";
    name: string;
    subject: string;
    value: unknown;
  };
  Version: {
    version: string;
  };
  VersionChoice: {
    version_id: string;
  };
  /** What changed between two versions. */
  VersionDiff: {
    content_diff: string;
    files: Schemas["ChangedFile"][];
    from_id: string;
    line_endings_only: boolean;
    lock: Schemas["Differences"];
    metadata: Record<string, Schemas["BeforeAfter"]>;
    requirements: Schemas["Differences"];
    to_id: string;
  };
  /** One entry of the history. `lock` has the packages that it was saved with, each with its exact version. */
  VersionItem: {
    commit_message: string;
    created_at: number;
    environment_id: string | null;
    function_id: string;
    id: string;
    is_current: boolean;
    is_package: boolean;
    lock: string[];
    number: number;
    reason: string;
    requirements: string[];
    snapshot: Schemas["Snapshot"];
    state: "good" | "quarantined";
    user: Schemas["Author"] | null;
    user_id: string;
  };
  VersionManifest: {
    manifest: Record<string, unknown>;
  };
  /** One run, with the hosts that it could not reach for want of a right, and the worker where it goes on. */
  WholeRun: {
    chat_id: string | null;
    ended_at: number | null;
    error: Schemas["RunProblem"] | null;
    function_id: string;
    hook: string;
    id: string;
    idempotency_key: string | null;
    message_id: string | null;
    notes: string[];
    refused: Schemas["RefusedHost"][];
    result: unknown;
    started_at: number;
    state: "background" | "cancelled" | "done" | "failed" | "interrupted" | "queued" | "running";
    trigger: string;
    user_id: string;
    version_id: string;
    worker: Schemas["WorkerState"] | null;
  };
  /** Whether a function is here. `rule` is the code of what speaks against it. */
  Why: {
    here: boolean;
    model_id: string | null;
    rule: string | null;
    rules: Schemas["WhyRule"][];
    said: string;
    user_id: string;
  };
  /** One condition, and what there is to say about it either way. */
  WhyRule: {
    code: string;
    passed: boolean;
    said: string;
  };
  WorkerEnded: {
    ended: boolean;
    function_id: string;
  };
  /** One worker, for the admin page: `state` is starting, ready, blocked, draining or ended. */
  WorkerState: {
    background: number;
    cpu: number;
    environment_id: string | null;
    function_id: string;
    generation: number;
    lag: number;
    last_end: string;
    memory: number;
    node: string;
    pid: number;
    processes: number;
    queue: number;
    runs: number;
    started_at: number;
    state: string;
    version_id: string;
  };
}

/** What can be asked with GET. */
export interface Get {
  /** What this server offers */
  "/api/config": {
    answer: Schemas["Config"];
  };
  /** List models that I may ask */
  "/api/models": {
    answer: Schemas["Models"];
  };
  /** List base models */
  "/api/models/base": {
    answer: Schemas["Models"];
  };
  /** What is being written for me */
  "/api/tasks": {
    answer: Schemas["Tasks"];
  };
  /** What is being written in a chat */
  "/api/tasks/chat/{chat_id}": {
    path: { chat_id: string; };
    answer: Schemas["TaskIds"];
  };
  /** Who am I */
  "/api/v1/auths/": {
    answer: Schemas["SessionUser"];
  };
  /** Read my API key */
  "/api/v1/auths/api_key": {
    answer: Schemas["ApiKey"];
  };
  /** Sign out */
  "/api/v1/auths/signout": {
    answer: Schemas["Status"];
  };
  /** List my chats */
  "/api/v1/chats/": {
    query?: { page?: number | null; include_pinned?: boolean; include_folders?: boolean; };
    answer: Schemas["ChatSummary"][];
  };
  /** Read all my chats whole */
  "/api/v1/chats/all": {
    answer: Schemas["ChatAnswer"][];
  };
  /** Read all archived chats whole */
  "/api/v1/chats/all/archived": {
    answer: Schemas["ChatAnswer"][];
  };
  /** List my tags */
  "/api/v1/chats/all/tags": {
    answer: Schemas["ChatTag"][];
  };
  /** List archived chats */
  "/api/v1/chats/archived": {
    query?: { page?: number | null; };
    answer: Schemas["ChatSummary"][];
  };
  /** List chats of a folder */
  "/api/v1/chats/folder/{folder_id}": {
    path: { folder_id: string; };
    query?: { page?: number | null; };
    answer: Schemas["ChatSummary"][];
  };
  /** List pinned chats */
  "/api/v1/chats/pinned": {
    answer: Schemas["ChatSummary"][];
  };
  /** Search in my chats */
  "/api/v1/chats/search": {
    query?: { text?: string; page?: number | null; };
    answer: Schemas["ChatSummary"][];
  };
  /** Read a shared chat */
  "/api/v1/chats/share/{share_id}": {
    path: { share_id: string; };
    answer: Schemas["SharedChat"];
  };
  /** List what I share */
  "/api/v1/chats/shared": {
    answer: Schemas["ShareItem"][];
  };
  /** Read a chat */
  "/api/v1/chats/{chat_id}": {
    path: { chat_id: string; };
    query?: { branch?: boolean; };
    answer: Schemas["ChatAnswer"];
  };
  /** Whether a chat is pinned */
  "/api/v1/chats/{chat_id}/pinned": {
    path: { chat_id: string; };
    answer: boolean;
  };
  /** List tags of a chat */
  "/api/v1/chats/{chat_id}/tags": {
    path: { chat_id: string; };
    answer: Schemas["ChatTag"][];
  };
  /** List banners */
  "/api/v1/configs/banners": {
    answer: Record<string, unknown>[];
  };
  /** Read what is set about connections */
  "/api/v1/configs/connections": {
    answer: Schemas["ConnectionSettings"];
  };
  /** Export stored settings */
  "/api/v1/configs/export": {
    answer: Record<string, unknown>;
  };
  /** Read default models and order */
  "/api/v1/configs/models": {
    answer: Schemas["DefaultModels"];
  };
  /** List connections */
  "/api/v1/connections": {
    answer: Schemas["ConnectionItem"][];
  };
  /** List installed packages */
  "/api/v1/environments": {
    answer: Schemas["EnvironmentItem"][];
  };
  /** Events that were missed */
  "/api/v1/events": {
    query?: { after?: number; };
    answer: Schemas["MissedEvents"];
  };
  /** List functions that come with Penstock */
  "/api/v1/examples": {
    answer: Schemas["ExampleItem"][];
  };
  /** List my files */
  "/api/v1/files/": {
    query?: { page?: number; };
    answer: Schemas["StoredFiles"];
  };
  /** Find my files by name */
  "/api/v1/files/search": {
    query: { filename: string; };
    answer: Schemas["StoredFile"][];
  };
  /** Read about a file */
  "/api/v1/files/{file_id}": {
    path: { file_id: string; };
    answer: Schemas["StoredFile"];
  };
  /** Download a file */
  "/api/v1/files/{file_id}/content": {
    path: { file_id: string; };
    query?: { name?: string; attachment?: boolean; };
    answer: Blob;
  };
  /** Download a file */
  "/api/v1/files/{file_id}/content/{name}": {
    path: { file_id: string; name: string; };
    query?: { attachment?: boolean; };
    answer: Blob;
  };
  /** Read the text of a file */
  "/api/v1/files/{file_id}/data/content": {
    path: { file_id: string; };
    answer: Schemas["FileText"];
  };
  /** Whether a file can be used */
  "/api/v1/files/{file_id}/process/status": {
    path: { file_id: string; };
    query?: { stream?: boolean; };
    answer: Schemas["FileStatus"];
  };
  /** List my folders */
  "/api/v1/folders/": {
    answer: Schemas["FolderItem"][];
  };
  /** Read a folder */
  "/api/v1/folders/{folder_id}": {
    path: { folder_id: string; };
    answer: Schemas["FolderItem"];
  };
  /** List functions */
  "/api/v1/functions/": {
    answer: Schemas["FunctionShown"][];
  };
  /** What all functions do and did lately */
  "/api/v1/functions/activity": {
    answer: Schemas["Activities"];
  };
  /** Export all functions */
  "/api/v1/functions/export": {
    query?: { include_valves?: boolean; };
    answer: Schemas["ExportedFunction"][];
  };
  /** Read a function with its source */
  "/api/v1/functions/id/{function_id}": {
    path: { function_id: string; };
    answer: Schemas["FunctionSource"];
  };
  /** Who may use a function */
  "/api/v1/functions/id/{function_id}/access": {
    path: { function_id: string; };
    answer: Schemas["FunctionAccess"];
  };
  /** Export a function */
  "/api/v1/functions/id/{function_id}/export": {
    path: { function_id: string; };
    query?: { include_valves?: boolean; };
    answer: Schemas["ExportedFunction"][];
  };
  /** List versions */
  "/api/v1/functions/id/{function_id}/history": {
    path: { function_id: string; };
    query?: { page?: number; };
    answer: Schemas["VersionItem"][];
  };
  /** Compare two versions */
  "/api/v1/functions/id/{function_id}/history/diff": {
    path: { function_id: string; };
    query: { from_id: string; to_id: string; };
    answer: Schemas["VersionDiff"];
  };
  /** Read a version with its source */
  "/api/v1/functions/id/{function_id}/history/{version_id}": {
    path: { function_id: string; version_id: string; };
    answer: Schemas["VersionItem"];
  };
  /** Look for an update at its address */
  "/api/v1/functions/id/{function_id}/origin": {
    path: { function_id: string; };
    answer: Schemas["OriginCheck"];
  };
  /** Download the files of a function */
  "/api/v1/functions/id/{function_id}/package": {
    path: { function_id: string; };
    answer: Blob;
  };
  /** Read the policy of a filter */
  "/api/v1/functions/id/{function_id}/policy": {
    path: { function_id: string; };
    answer: Schemas["Policy"];
  };
  /** Read rights and budgets */
  "/api/v1/functions/id/{function_id}/rights": {
    path: { function_id: string; };
    answer: Schemas["Rights"];
  };
  /** Read valves */
  "/api/v1/functions/id/{function_id}/valves": {
    path: { function_id: string; };
    answer: Record<string, unknown>;
  };
  /** List values of groups and models */
  "/api/v1/functions/id/{function_id}/valves/layers": {
    path: { function_id: string; };
    answer: Schemas["ValveLayer"][];
  };
  /** Read values of a group, model or user */
  "/api/v1/functions/id/{function_id}/valves/layers/{layer}/{subject}": {
    path: { function_id: string; layer: string; subject: string; };
    answer: Record<string, unknown>;
  };
  /** Where each value comes from */
  "/api/v1/functions/id/{function_id}/valves/origin": {
    path: { function_id: string; };
    query?: { user_id?: string; model_id?: string; };
    answer: Record<string, Schemas["ValveOrigin"]>;
  };
  /** The JSON Schema of valves */
  "/api/v1/functions/id/{function_id}/valves/spec": {
    path: { function_id: string; };
    answer: Record<string, unknown> | null;
  };
  /** Read my own valves */
  "/api/v1/functions/id/{function_id}/valves/user": {
    path: { function_id: string; };
    answer: Record<string, unknown>;
  };
  /** The JSON Schema of my own valves */
  "/api/v1/functions/id/{function_id}/valves/user/spec": {
    path: { function_id: string; };
    answer: Record<string, unknown> | null;
  };
  /** Why a function is here, or not */
  "/api/v1/functions/id/{function_id}/why": {
    path: { function_id: string; };
    query?: { user_id?: string; model_id?: string; message_id?: string; };
    answer: Schemas["Why"];
  };
  /** List functions with who made them */
  "/api/v1/functions/list": {
    answer: Schemas["ListedFunction"][];
  };
  /** List groups */
  "/api/v1/groups/": {
    answer: Schemas["GroupItem"][];
  };
  /** Read a group */
  "/api/v1/groups/id/{group_id}": {
    path: { group_id: string; };
    answer: Schemas["GroupItem"];
  };
  /** List my memories */
  "/api/v1/memories/": {
    answer: Schemas["MemoryItem"][];
  };
  /** List models that I may ask */
  "/api/v1/models": {
    answer: Schemas["Models"];
  };
  /** List records about base models */
  "/api/v1/models/base": {
    answer: Schemas["ModelRecord"][];
  };
  /** Export all records */
  "/api/v1/models/export": {
    answer: Schemas["ModelRecord"][];
  };
  /** List models built on others */
  "/api/v1/models/list": {
    query?: { query?: string; page?: number; };
    answer: Schemas["ListedModels"];
  };
  /** Read a record */
  "/api/v1/models/model": {
    query: { id: string; };
    answer: Schemas["ModelSeen"];
  };
  /** The picture of a model */
  "/api/v1/models/model/profile/image": {
    query: { id: string; };
    answer: Blob;
  };
  /** Whether unrecorded models are for everybody */
  "/api/v1/models/public": {
    answer: Schemas["ModelsPublic"];
  };
  /** List tags of models */
  "/api/v1/models/tags": {
    answer: string[];
  };
  /** Read a model */
  "/api/v1/models/{model_id}": {
    path: { model_id: string; };
    answer: Schemas["ModelItem"];
  };
  /** An icon */
  "/api/v1/pictures/{name}": {
    path: { name: string; };
    answer: Blob;
  };
  /** List questions that wait for me */
  "/api/v1/questions": {
    answer: Schemas["OpenQuestion"][];
  };
  /** List runs */
  "/api/v1/runs": {
    query?: { function_id?: string | null; user_id?: string | null; state?: string | null; chat_id?: string | null; hook?: string | null; trigger?: string | null; since?: number | null; until?: number | null; brief?: boolean; skip?: number; limit?: number; };
    answer: Schemas["RunItem"][];
  };
  /** Read a run */
  "/api/v1/runs/{run_id}": {
    path: { run_id: string; };
    answer: Schemas["WholeRun"];
  };
  /** Read what a run logged */
  "/api/v1/runs/{run_id}/logs": {
    path: { run_id: string; };
    answer: Schemas["RunLogLine"][];
  };
  /** What happened in a run */
  "/api/v1/runs/{run_id}/timeline": {
    path: { run_id: string; };
    answer: Schemas["RunTimeline"];
  };
  /** How the server is doing */
  "/api/v1/system": {
    answer: Schemas["SystemState"];
  };
  /** Read the settings of tasks */
  "/api/v1/tasks/config": {
    answer: Schemas["TaskConfig"];
  };
  /** List tools for completions */
  "/api/v1/tools/": {
    answer: Schemas["ToolItem"][];
  };
  /** List tools for completions */
  "/api/v1/tools/list": {
    answer: Schemas["ToolItem"][];
  };
  /** List accounts */
  "/api/v1/users/": {
    query?: { query?: string; page?: number; };
    answer: Schemas["People"];
  };
  /** List all accounts */
  "/api/v1/users/all": {
    answer: Schemas["People"];
  };
  /** List my groups */
  "/api/v1/users/groups": {
    answer: Schemas["GroupItem"][];
  };
  /** What I may do */
  "/api/v1/users/permissions": {
    answer: Schemas["Permissions"];
  };
  /** Find people */
  "/api/v1/users/search": {
    query?: { query?: string; page?: number; };
    answer: Schemas["PublicPeople"];
  };
  /** Read what clients keep about me */
  "/api/v1/users/user/info": {
    answer: Record<string, unknown>;
  };
  /** Read my settings */
  "/api/v1/users/user/settings": {
    answer: Schemas["UserSettings"];
  };
  /** Read about a person */
  "/api/v1/users/{user_id}": {
    path: { user_id: string; };
    answer: Schemas["PersonSeen"];
  };
  /** Whether somebody has a page open */
  "/api/v1/users/{user_id}/active": {
    path: { user_id: string; };
    answer: Schemas["Presence"];
  };
  /** List groups of a person */
  "/api/v1/users/{user_id}/groups": {
    path: { user_id: string; };
    answer: Schemas["GroupItem"][];
  };
  /** The picture of a user */
  "/api/v1/users/{user_id}/profile/image": {
    path: { user_id: string; };
    answer: Blob;
  };
  /** Which Penstock this is */
  "/api/version": {
    answer: Schemas["Version"];
  };
  /** Whether the server answers */
  "/health": {
    answer: Schemas["Status"];
  };
  /** Whether the database answers */
  "/ready": {
    answer: Schemas["Status"];
  };
}

/** What can be asked with POST. */
export interface Post {
  /** Run an action on a message */
  "/api/chat/actions/{action_id}": {
    path: { action_id: string; };
    body: unknown;
    answer: unknown;
  };
  /** Pass an answer through outlet filters */
  "/api/chat/completed": {
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Ask a model */
  "/api/chat/completions": {
    body: Schemas["CompletionRequest"];
    answer: Schemas["Completion"];
  };
  /** Stop an answer or a run */
  "/api/tasks/stop/{task_id}": {
    path: { task_id: string; };
    answer: Schemas["TaskStop"];
  };
  /** Run an action without a chat */
  "/api/v1/actions/{action_id}/run": {
    path: { action_id: string; };
    body: unknown;
    answer: unknown;
  };
  /** Add an account */
  "/api/v1/auths/add": {
    body: Schemas["NewAccount"];
    answer: Schemas["SessionUser"];
  };
  /** Make a new API key */
  "/api/v1/auths/api_key": {
    answer: Schemas["NewApiKey"];
  };
  /** Sign in */
  "/api/v1/auths/signin": {
    body: Schemas["SignIn"];
    answer: Schemas["SessionUser"];
  };
  /** Sign out */
  "/api/v1/auths/signout": {
    answer: Schemas["Status"];
  };
  /** Sign up */
  "/api/v1/auths/signup": {
    body: Schemas["SignUp"];
    answer: Schemas["SessionUser"];
  };
  /** Change my password */
  "/api/v1/auths/update/password": {
    body: Schemas["PasswordChange"];
    answer: boolean;
  };
  /** Change my name or picture */
  "/api/v1/auths/update/profile": {
    body: Schemas["ProfileChange"];
    answer: Schemas["OwnProfile"];
  };
  /** Pass an answer through outlet filters */
  "/api/v1/chat/completed": {
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Ask a model */
  "/api/v1/chat/completions": {
    body: Schemas["CompletionRequest"];
    answer: Schemas["Completion"];
  };
  /** Archive all my chats */
  "/api/v1/chats/archive/all": {
    answer: boolean;
  };
  /** Import chats */
  "/api/v1/chats/import": {
    body: Schemas["ChatImports"] | Schemas["ChatImport"];
    answer: Schemas["ChatAnswer"] | Schemas["ChatAnswer"][];
  };
  /** Make a chat */
  "/api/v1/chats/new": {
    body: Schemas["ChatForm"];
    answer: Schemas["ChatAnswer"];
  };
  /** List chats with a tag */
  "/api/v1/chats/tags": {
    body: Schemas["TagWindow"];
    answer: Schemas["ChatSummary"][];
  };
  /** Take all chats out of the archive */
  "/api/v1/chats/unarchive/all": {
    answer: boolean;
  };
  /** Change a chat */
  "/api/v1/chats/{chat_id}": {
    path: { chat_id: string; };
    body: Schemas["ChatForm"];
    answer: Schemas["ChatAnswer"];
  };
  /** Archive or unarchive a chat */
  "/api/v1/chats/{chat_id}/archive": {
    path: { chat_id: string; };
    answer: Schemas["ChatAnswer"];
  };
  /** Copy a chat */
  "/api/v1/chats/{chat_id}/clone": {
    path: { chat_id: string; };
    body?: Schemas["NewTitle"] | null;
    answer: Schemas["ChatAnswer"];
  };
  /** Choose the branch that is shown */
  "/api/v1/chats/{chat_id}/current": {
    path: { chat_id: string; };
    body: Schemas["CurrentMessage"];
    answer: Schemas["Branch"];
  };
  /** Put a chat into a folder */
  "/api/v1/chats/{chat_id}/folder": {
    path: { chat_id: string; };
    body: Schemas["FolderChoice"];
    answer: Schemas["ChatAnswer"];
  };
  /** Change the text of a message */
  "/api/v1/chats/{chat_id}/messages/{message_id}": {
    path: { chat_id: string; message_id: string; };
    body: Schemas["MessageText"];
    answer: Schemas["ChatAnswer"];
  };
  /** Emit an event into a message */
  "/api/v1/chats/{chat_id}/messages/{message_id}/event": {
    path: { chat_id: string; message_id: string; };
    body: Schemas["EmittedEvent"];
    answer: boolean;
  };
  /** Get a token for a message */
  "/api/v1/chats/{chat_id}/messages/{message_id}/event/token": {
    path: { chat_id: string; message_id: string; };
    body: Schemas["TokenRequest"];
    answer: Schemas["MessageAddress"];
  };
  /** Put back a replaced text */
  "/api/v1/chats/{chat_id}/messages/{message_id}/undo": {
    path: { chat_id: string; message_id: string; };
    answer: Schemas["ChatMessage"];
  };
  /** Pin or unpin a chat */
  "/api/v1/chats/{chat_id}/pin": {
    path: { chat_id: string; };
    answer: Schemas["ChatAnswer"];
  };
  /** Share a chat */
  "/api/v1/chats/{chat_id}/share": {
    path: { chat_id: string; };
    answer: Schemas["ChatAnswer"];
  };
  /** Tag a chat */
  "/api/v1/chats/{chat_id}/tags": {
    path: { chat_id: string; };
    body: Schemas["TagName"];
    answer: Schemas["ChatTag"][];
  };
  /** Make a chat of my own from a shared one */
  "/api/v1/chats/{share_id}/clone/shared": {
    path: { share_id: string; };
    answer: Schemas["ChatAnswer"];
  };
  /** Replace all banners */
  "/api/v1/configs/banners": {
    body: Schemas["Banners"];
    answer: Record<string, unknown>[];
  };
  /** Change what is set about connections */
  "/api/v1/configs/connections": {
    body: Record<string, unknown>;
    answer: Schemas["ConnectionSettings"];
  };
  /** Import stored settings */
  "/api/v1/configs/import": {
    body: Schemas["ConfigImport"];
    answer: Record<string, unknown>;
  };
  /** Set default models and order */
  "/api/v1/configs/models": {
    body: Schemas["ModelDefaults"];
    answer: Schemas["DefaultModels"];
  };
  /** Add a connection */
  "/api/v1/connections": {
    body: Schemas["NewConnection"];
    answer: Schemas["ConnectionItem"];
  };
  /** Change a connection */
  "/api/v1/connections/{connection_id}": {
    path: { connection_id: string; };
    body: Schemas["ConnectionForm"];
    answer: Schemas["ConnectionItem"];
  };
  /** Test a connection */
  "/api/v1/connections/{connection_id}/test": {
    path: { connection_id: string; };
    answer: Schemas["ConnectionTest"];
  };
  /** Remove packages that nobody needs */
  "/api/v1/environments/collect": {
    answer: Schemas["Collected"];
  };
  /** Install functions that come with Penstock */
  "/api/v1/examples/install": {
    body?: Schemas["ChosenExamples"] | null;
    answer: Schemas["FunctionItem"][];
  };
  /** Upload a file */
  "/api/v1/files/": {
    body: FormData;
    answer: Schemas["UploadedFile"];
  };
  /** Replace the text of a file */
  "/api/v1/files/{file_id}/data/content/update": {
    path: { file_id: string; };
    body: Schemas["TextContent"];
    answer: Schemas["FileText"];
  };
  /** Make a folder */
  "/api/v1/folders/": {
    body: Schemas["NewFolder"];
    answer: Schemas["FolderItem"];
  };
  /** Change a folder */
  "/api/v1/folders/{folder_id}/update": {
    path: { folder_id: string; };
    body: Schemas["FolderChange"];
    answer: Schemas["FolderItem"];
  };
  /** Open or close a folder */
  "/api/v1/folders/{folder_id}/update/expanded": {
    path: { folder_id: string; };
    body: Schemas["FolderExpansion"];
    answer: Schemas["FolderItem"];
  };
  /** Move a folder */
  "/api/v1/folders/{folder_id}/update/parent": {
    path: { folder_id: string; };
    body: Schemas["FolderMove"];
    answer: Schemas["FolderItem"];
  };
  /** Save a new function */
  "/api/v1/functions/create": {
    body: Schemas["FunctionForm"];
    answer: Schemas["FunctionSource"];
  };
  /** Examine a source */
  "/api/v1/functions/examine": {
    body: Schemas["ExamineForm"];
    answer: Schemas["Examined"];
  };
  /** Say who may use a function */
  "/api/v1/functions/id/{function_id}/access": {
    path: { function_id: string; };
    body: Schemas["AccessForm"];
    answer: Schemas["FunctionAccess"];
  };
  /** Copy a function */
  "/api/v1/functions/id/{function_id}/clone": {
    path: { function_id: string; };
    body?: Schemas["CloneForm"] | null;
    answer: Schemas["FunctionSource"];
  };
  /** Take the update */
  "/api/v1/functions/id/{function_id}/origin/update": {
    path: { function_id: string; };
    body: Schemas["SeenOrigin"];
    answer: Schemas["FunctionSource"];
  };
  /** Install missing packages */
  "/api/v1/functions/id/{function_id}/packages": {
    path: { function_id: string; };
    answer: Schemas["FunctionSource"];
  };
  /** Change the policy of a filter */
  "/api/v1/functions/id/{function_id}/policy": {
    path: { function_id: string; };
    body: Schemas["PolicyChange"];
    answer: Schemas["Policy"];
  };
  /** Change rights and budgets */
  "/api/v1/functions/id/{function_id}/rights": {
    path: { function_id: string; };
    body: Schemas["RightsChange"];
    answer: Schemas["Rights"];
  };
  /** Switch a function on or off */
  "/api/v1/functions/id/{function_id}/toggle": {
    path: { function_id: string; };
    answer: Schemas["FunctionSource"];
  };
  /** Offer a function everywhere, or not */
  "/api/v1/functions/id/{function_id}/toggle/global": {
    path: { function_id: string; };
    answer: Schemas["FunctionSource"];
  };
  /** Save a new version */
  "/api/v1/functions/id/{function_id}/update": {
    path: { function_id: string; };
    body: Schemas["FunctionForm"];
    answer: Schemas["FunctionSource"];
  };
  /** Let another version serve */
  "/api/v1/functions/id/{function_id}/update/version": {
    path: { function_id: string; };
    body: Schemas["VersionChoice"];
    answer: Schemas["FunctionSource"];
  };
  /** Set values of a group, model or user */
  "/api/v1/functions/id/{function_id}/valves/layers/{layer}/{subject}": {
    path: { function_id: string; layer: string; subject: string; };
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Set valves */
  "/api/v1/functions/id/{function_id}/valves/update": {
    path: { function_id: string; };
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Set my own valves */
  "/api/v1/functions/id/{function_id}/valves/user/update": {
    path: { function_id: string; };
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Import functions */
  "/api/v1/functions/import": {
    body: Record<string, unknown> | unknown[];
    answer: Schemas["ImportOutcome"];
  };
  /** Look at the source at an address */
  "/api/v1/functions/load/url": {
    body: Schemas["SourceAddress"];
    answer: Schemas["FetchedSource"];
  };
  /** Make these all functions that there are */
  "/api/v1/functions/sync": {
    body: Schemas["FunctionSet"];
    answer: Schemas["FunctionItem"][];
  };
  /** Try a source before it is saved */
  "/api/v1/functions/try": {
    body: Schemas["TryForm"];
    answer: unknown;
  };
  /** Make a group */
  "/api/v1/groups/create": {
    body: Schemas["GroupForm"];
    answer: Schemas["GroupItem"];
  };
  /** Change a group */
  "/api/v1/groups/id/{group_id}/update": {
    path: { group_id: string; };
    body: Schemas["GroupForm"];
    answer: Schemas["GroupItem"];
  };
  /** Add members */
  "/api/v1/groups/id/{group_id}/users/add": {
    path: { group_id: string; };
    body: Schemas["GroupMembers"];
    answer: Schemas["GroupItem"];
  };
  /** Remove members */
  "/api/v1/groups/id/{group_id}/users/remove": {
    path: { group_id: string; };
    body: Schemas["GroupMembers"];
    answer: Schemas["GroupItem"];
  };
  /** Add a memory */
  "/api/v1/memories/add": {
    body: Schemas["MemoryForm"];
    answer: Schemas["MemoryItem"];
  };
  /** Find memories */
  "/api/v1/memories/query": {
    body: Schemas["MemoryQuestion"];
    answer: Schemas["FoundMemories"];
  };
  /** Change a memory */
  "/api/v1/memories/{memory_id}/update": {
    path: { memory_id: string; };
    body: Schemas["MemoryForm"];
    answer: Schemas["MemoryItem"];
  };
  /** Record something about a model */
  "/api/v1/models/create": {
    body: Schemas["ModelForm"];
    answer: Schemas["ModelRecord"];
  };
  /** Import records */
  "/api/v1/models/import": {
    body: Schemas["ModelForms"];
    answer: boolean;
  };
  /** Say who may use a model */
  "/api/v1/models/model/access/update": {
    body: Schemas["ModelAccess"];
    answer: Schemas["ModelRecord"];
  };
  /** Delete a record */
  "/api/v1/models/model/delete": {
    body: Schemas["ModelChoice"];
    answer: boolean;
  };
  /** Switch a model on or off */
  "/api/v1/models/model/toggle": {
    query: { id: string; };
    answer: Schemas["ModelRecord"];
  };
  /** Change a record */
  "/api/v1/models/model/update": {
    query?: { id?: string; };
    body: Schemas["ModelForm"];
    answer: Schemas["ModelRecord"];
  };
  /** Say whether unrecorded models are for everybody */
  "/api/v1/models/public": {
    body: Schemas["ModelsPublic"];
    answer: Schemas["ModelsPublic"];
  };
  /** Make these all records that there are */
  "/api/v1/models/sync": {
    body: Schemas["ModelForms"];
    answer: Schemas["ModelRecord"][];
  };
  /** Answer a question */
  "/api/v1/questions/{question_id}/answer": {
    path: { question_id: string; };
    body: Schemas["GivenAnswer"];
    answer: Schemas["Done"];
  };
  /** Close a question without an answer */
  "/api/v1/questions/{question_id}/cancel": {
    path: { question_id: string; };
    answer: Schemas["Done"];
  };
  /** Run it again */
  "/api/v1/runs/{run_id}/again": {
    path: { run_id: string; };
    answer: Schemas["NewRun"];
  };
  /** Stop a run */
  "/api/v1/runs/{run_id}/cancel": {
    path: { run_id: string; };
    answer: Schemas["Done"];
  };
  /** Encrypt secrets with a new key */
  "/api/v1/system/keys/rotate": {
    answer: Schemas["RotatedKeys"];
  };
  /** End a worker */
  "/api/v1/system/workers/{pid}/end": {
    path: { pid: number; };
    answer: Schemas["WorkerEnded"];
  };
  /** Change the settings of tasks */
  "/api/v1/tasks/config/update": {
    body: Record<string, unknown>;
    answer: Schemas["TaskConfig"];
  };
  /** Ask for a title, tags, follow-ups or queries */
  "/api/v1/tasks/{noun}/completions": {
    path: { noun: string; };
    body: Schemas["CompletionRequest"];
    answer: Schemas["Completion"] | Schemas["SwitchedOff"];
  };
  /** Change a role */
  "/api/v1/users/update/role": {
    body: Schemas["RoleChange"];
    answer: Schemas["Person"];
  };
  /** Change what clients keep about me */
  "/api/v1/users/user/info/update": {
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Change my settings */
  "/api/v1/users/user/settings/update": {
    body: Schemas["UserSettings"];
    answer: Schemas["UserSettings"];
  };
  /** Change an account */
  "/api/v1/users/{user_id}/update": {
    path: { user_id: string; };
    body: Schemas["UserChange"];
    answer: Schemas["Person"];
  };
}

/** What can be asked with DELETE. */
export interface Delete {
  /** Delete my API key */
  "/api/v1/auths/api_key": {
    answer: boolean;
  };
  /** Delete all my chats */
  "/api/v1/chats/": {
    answer: boolean;
  };
  /** End sharing of all my chats */
  "/api/v1/chats/share/all": {
    answer: boolean;
  };
  /** Delete a chat */
  "/api/v1/chats/{chat_id}": {
    path: { chat_id: string; };
    answer: boolean;
  };
  /** Delete a message */
  "/api/v1/chats/{chat_id}/messages/{message_id}": {
    path: { chat_id: string; message_id: string; };
    answer: Schemas["ChatAnswer"];
  };
  /** End sharing a chat */
  "/api/v1/chats/{chat_id}/share": {
    path: { chat_id: string; };
    answer: boolean;
  };
  /** Take a tag from a chat */
  "/api/v1/chats/{chat_id}/tags": {
    path: { chat_id: string; };
    body: Schemas["TagName"];
    answer: Schemas["ChatTag"][];
  };
  /** Delete a connection */
  "/api/v1/connections/{connection_id}": {
    path: { connection_id: string; };
    answer: boolean;
  };
  /** Delete a file */
  "/api/v1/files/{file_id}": {
    path: { file_id: string; };
    answer: Schemas["Said"];
  };
  /** Delete a folder */
  "/api/v1/folders/{folder_id}": {
    path: { folder_id: string; };
    answer: boolean;
  };
  /** Delete a function */
  "/api/v1/functions/id/{function_id}/delete": {
    path: { function_id: string; };
    answer: boolean;
  };
  /** Delete a version */
  "/api/v1/functions/id/{function_id}/history/{version_id}": {
    path: { function_id: string; version_id: string; };
    answer: boolean;
  };
  /** Remove values of a group, model or user */
  "/api/v1/functions/id/{function_id}/valves/layers/{layer}/{subject}": {
    path: { function_id: string; layer: string; subject: string; };
    answer: boolean;
  };
  /** Delete a group */
  "/api/v1/groups/id/{group_id}/delete": {
    path: { group_id: string; };
    answer: boolean;
  };
  /** Delete all my memories */
  "/api/v1/memories/delete/user": {
    answer: boolean;
  };
  /** Delete a memory */
  "/api/v1/memories/{memory_id}": {
    path: { memory_id: string; };
    answer: boolean;
  };
  /** Delete all records */
  "/api/v1/models/delete/all": {
    answer: boolean;
  };
  /** Delete an account */
  "/api/v1/users/{user_id}": {
    path: { user_id: string; };
    answer: boolean;
  };
}
