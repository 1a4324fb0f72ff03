/** The API as `/api/openapi.json` describes it. Written by `make api-types`: change the server instead. */

export type AccessForm = {
  access_control?: Record<string, unknown> | null;
  access_grants?: Record<string, unknown>[] | null;
};

/** One permission, in the newer form of the same thing; `*` is everybody. */
export type AccessGrant = {
  permission: string;
  principal_id: string;
  principal_type: string;
};

/** A button under answers of a model. `id` is the function, or `function.button`. */
export type ActionButton = {
  description: string;
  has_user_valves?: boolean;
  icon: string | null;
  id: string;
  name: string;
};

/** What goes on in a chat. */
export type Active = {
  runs: ActiveRun[];
  task_ids: string[];
};

/** A run that goes on in a chat, or waits. */
export type ActiveRun = {
  action_id: string | null;
  function_id: string;
  message_id: string | null;
  name: string;
  run_id: string;
  state: string;
};

/** All functions, by id. `of` is the most runs of each that are looked at. */
export type Activities = {
  functions: Record<string, Activity>;
  of: number;
};

/** One function. */
export type Activity = {
  /** A new version of it is being installed or checked. */
  building: boolean;
  /** How many of these failed. */
  failed: number;
  is_active: boolean;
  /** When the latest run began; null where it never ran. */
  last_run_at: number | null;
  /** Of a pipe, the models that it is; else those that it is bound to. Null: all models. */
  models: ModelName[] | null;
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
export type ApiKey = {
  api_key: string | null;
};

/** `hooks` are those that it is given to; all of them where there is none. */
export type Argument = {
  about: string;
  hooks: string[];
  name: string;
};

/** Which function asks; `button` is what the pressed button of an action says. */
export type AskingFunction = {
  button?: string;
  id: string;
  name: string;
  page_script: boolean;
};

/** Who made something. */
export type Author = {
  email: string;
  id: string;
  name: string;
  profile_image_url: string;
  role: "admin" | "moderator" | "pending" | "user";
};

export type Banners = {
  banners: Record<string, unknown>[];
};

export type BeforeAfter = {
  after: unknown;
  before: unknown;
};

export type Body_upload_api_v1_files__post = {
  file: string;
  metadata?: string | null;
};

/** The last message of the branch that is shown. */
export type Branch = {
  currentId: string | null;
};

/** The values that a budget may have. */
export type BudgetBound = {
  least: number;
  most: number;
  unit: "" | "bytes" | "seconds";
};

/** A sentence for the author or admin that does not stop a save. */
export type Caution = {
  code: string;
  file: string;
  line: number | null;
  message: string;
};

export type ChangedFile = {
  change: string;
  path: string;
};

/** A chat with everything in it. It holds all events up to `last_event_id`. */
export type ChatAnswer = {
  active: Active;
  archived: boolean;
  chat: ChatDocument;
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
export type ChatDocument = {
  files: FileItem[];
  history: History;
  id?: string;
  messages?: ChatMessage[];
  models: string[];
  params: Record<string, unknown>;
  tags: string[];
  timestamp: number;
  title: string;
  [name: string]: unknown;
};

export type ChatForm = {
  chat: Record<string, unknown>;
  folder_id?: string | null;
};

export type ChatImport = {
  archived?: boolean | null;
  chat: Record<string, unknown>;
  created_at?: number | null;
  folder_id?: string | null;
  meta?: Record<string, unknown> | null;
  pinned?: boolean | null;
  updated_at?: number | null;
};

export type ChatImports = {
  chats: ChatImport[];
};

/** One message. What is empty is left out; keys that clients added come back as they were sent. */
export type ChatMessage = {
  childrenIds: string[];
  content: string;
  done?: boolean;
  embeds?: (string | EmbedItem)[];
  error?: boolean | string | MessageError;
  favorite?: boolean;
  files?: FileItem[];
  followUps?: string[];
  id: string;
  model?: string;
  modelName?: string;
  originalContent?: string;
  output?: OutputItem[];
  parentId: string | null;
  reasoning?: string;
  role: string;
  sources?: SourceItem[];
  statusHistory?: StatusItem[];
  timestamp: number;
  usage?: Record<string, unknown>;
  [name: string]: unknown;
};

/** A chat in a list. Times are epoch seconds. */
export type ChatSummary = {
  archived: boolean;
  created_at: number;
  folder_id: string | null;
  id: string;
  pinned: boolean;
  share_id: string | null;
  title: string;
  updated_at: number;
};

export type ChatTag = {
  id: string;
  name: string;
  user_id: string;
};

export type ChosenExamples = {
  ids?: string[] | null;
};

export type CloneForm = {
  id?: string;
  name?: string;
};

/** What was removed. */
export type Collected = {
  bytes: number;
  removed: EnvironmentItem[];
};

/** An answer as OpenAI's clients read it. Where a page asked: `task_ids`, by which it can be stopped. */
export type Completion = {
  chat_id?: string;
  choices?: CompletionChoice[];
  created?: number;
  id?: string;
  model?: string;
  object?: string;
  status?: boolean;
  task_ids?: string[];
  usage?: Record<string, unknown> | null;
  [name: string]: unknown;
};

export type CompletionChoice = {
  finish_reason?: string | null;
  index?: number;
  message: Record<string, unknown>;
  [name: string]: unknown;
};

/** A request as OpenAI's clients send it. With `session_id` a page asks for an answer into a message. */
export type CompletionRequest = {
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
export type Config = {
  banners?: unknown[];
  default_locale: string;
  default_models?: string | null;
  default_prompt_suggestions?: unknown[];
  features: Record<string, boolean>;
  file?: UploadLimits;
  name: string;
  oauth: OAuth;
  onboarding?: boolean;
  permissions?: Permissions;
  signed_in: boolean;
  status: boolean;
  version: string;
};

export type ConfigImport = {
  config: Record<string, unknown>;
};

export type ConnectionForm = {
  enabled?: boolean | null;
  /** Left out or null: stays as it is. */
  key?: string | null;
  model_ids?: string[] | null;
  name?: string | null;
  prefix?: string | null;
  url?: string | null;
};

/** A server that speaks OpenAI's protocol. Keys go in and never come out. */
export type ConnectionItem = {
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
export type ConnectionSettings = {
  ENABLE_BASE_MODELS_CACHE: unknown;
  ENABLE_DIRECT_CONNECTIONS: unknown;
  [name: string]: unknown;
};

/** What a server answered just now; where that was of no use, what is wrong, and what helps. */
export type ConnectionTest = {
  error: string | null;
  hint: string | null;
  models: string[];
  ok: boolean;
};

export type CurrentMessage = {
  currentId: string;
};

/** Rights of a function. Sizes are in bytes, times in seconds. */
export type DecidedRights = {
  budget: Record<string, number | null>;
  data: "all" | "user";
  hosts: string[];
  page_script: boolean;
  profile: "closed" | "standard" | "trusted";
};

/** The models of new chats, and the order in which all are shown. Names are Open WebUI's. */
export type DefaultModels = {
  DEFAULT_MODELS: string | null;
  MODEL_ORDER_LIST: string[];
};

export type Differences = {
  added: string[];
  removed: string[];
};

export type Done = {
  status?: boolean;
};

export type EffectivePolicy = {
  outlet: "block" | "fail" | "skip";
  stream: "block" | "fail" | "skip";
  tasks: boolean;
};

/** Something to show in a frame: HTML, or an address. */
export type EmbedItem = {
  content?: string;
  html?: string;
  url?: string;
  [name: string]: unknown;
};

export type EmittedEvent = {
  data?: unknown;
  type: string;
};

/** A set of packages on this machine. `size` is in bytes. */
export type EnvironmentItem = {
  created_at: number;
  function_ids: string[];
  id: string;
  in_use: boolean;
  packages: string[];
  size: number;
  wanted_at: number;
};

/** Every refusal. `code` is stable; `detail` is a sentence, or a list of what is wrong with which field. Some errors have further fields of their own. */
export type Error = {
  code: string;
  detail: string | Problem[];
  errors?: unknown[];
  hint: string;
  [name: string]: unknown;
};

export type EventData = {
  data: unknown;
  type: string;
};

/** A type for `__event_emitter__`, or, where `asked`, for `__event_call__`, which then answers with `answer`. */
export type EventWord = {
  about: string;
  answer: string;
  asked: boolean;
  fields: Word[];
  type: string;
};

export type ExamineForm = {
  base_version_id?: string;
  content?: string | null;
  files?: Record<string, string | SentFile> | null;
  id?: string;
  package?: string | null;
};

/** What a source needs and what cannot work. `works`: nothing is known that keeps it from working here. */
export type Examined = {
  author: string;
  files: SourceFile[];
  findings: Finding[];
  hooks: string[];
  kind: string;
  needs: Needs;
  title: string;
  version: string;
  works: boolean;
};

/** A function that comes with Penstock. */
export type ExampleItem = {
  description: string;
  icon_url: string;
  id: string;
  installed: boolean;
  kind: "action" | "event" | "filter" | "pipe";
  name: string;
};

/** A function as an export holds it. `package` is the zip of one of several files, in base64. */
export type ExportedFunction = {
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
export type FetchedSource = {
  content: string;
  name: string;
  sha256: string;
  url: string;
};

/** A file of a message or a chat. */
export type FileItem = {
  content_type?: string;
  id?: string;
  name?: string;
  size?: number | null;
  type?: string;
  url?: string;
  [name: string]: unknown;
};

export type FileSize = {
  path: string;
  size: number;
};

export type FileStatus = {
  status: string;
};

export type FileText = {
  content: string;
};

/** A filter that a person may switch on and off. */
export type FilterSwitch = {
  description: string;
  has_user_valves: boolean;
  icon: string | null;
  id: string;
  name: string;
};

/** `error`: it cannot work here. `warning`: it may fail or surprise. `note`: worth knowing, nothing to do. */
export type Finding = {
  code: string;
  column: number | null;
  end_column: number | null;
  file: string;
  fix: string;
  line: number | null;
  message: string;
  severity: "error" | "note" | "warning";
};

export type FolderChange = {
  data?: Record<string, unknown> | null;
  meta?: Record<string, unknown> | null;
  name?: string | null;
};

export type FolderChoice = {
  folder_id?: string | null;
};

export type FolderExpansion = {
  is_expanded: boolean;
};

/** A place for chats. */
export type FolderItem = {
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

export type FolderMove = {
  parent_id?: string | null;
};

/** The nearest memories, nearest first; each list has one entry: the answer to the one question. */
export type FoundMemories = {
  distances: number[][];
  documents: string[][];
  ids: string[][];
  metadatas: MemoryTime[][];
};

/** Who may use a function; null is everybody. `access_grants` says the same. */
export type FunctionAccess = {
  access_control: FunctionReaders | null;
  access_grants: AccessGrant[];
  id: string;
};

/** One button of an action that has several. */
export type FunctionButton = {
  id: string;
  name: string;
};

export type FunctionForm = {
  base_version_id?: string;
  commit_message?: string | null;
  content?: string | null;
  expected_version_id?: string;
  files?: Record<string, string | SentFile> | null;
  id?: string;
  meta?: Record<string, unknown>;
  name?: string;
  origin_hash?: string;
  origin_url?: string;
  package?: string | null;
};

/** A function as admins see it. `reason` says why its `state` is not `ready`. */
export type FunctionItem = {
  access_control: FunctionReaders | null;
  buttons: FunctionButton[];
  created_at: number;
  data: "all" | "user" | null;
  has_user_valves: boolean;
  has_valves: boolean;
  id: string;
  is_active: boolean;
  is_global: boolean;
  is_package: boolean;
  kind: "action" | "event" | "filter" | "pipe";
  meta: FunctionMeta;
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
export type FunctionMeta = {
  description: string;
  manifest: Record<string, string>;
  toggle: boolean;
  [name: string]: unknown;
};

export type FunctionReaders = {
  read: Readers;
};

/** Functions as an export holds them. */
export type FunctionSet = {
  functions: Record<string, unknown>[];
};

/** A function. What only admins may know is left out for others. */
export type FunctionShown = {
  access_control?: FunctionReaders | null;
  buttons: FunctionButton[];
  created_at: number;
  data?: "all" | "user" | null;
  has_user_valves: boolean;
  has_valves: boolean;
  id: string;
  is_active: boolean;
  is_global: boolean;
  is_package: boolean;
  kind: "action" | "event" | "filter" | "pipe";
  meta: FunctionMeta;
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
export type FunctionSource = {
  access_control: FunctionReaders | null;
  buttons: FunctionButton[];
  content: string;
  created_at: number;
  data: "all" | "user" | null;
  description: Record<string, unknown> | null;
  files: FileSize[];
  has_user_valves: boolean;
  has_valves: boolean;
  id: string;
  is_active: boolean;
  is_global: boolean;
  is_package: boolean;
  kind: "action" | "event" | "filter" | "pipe";
  meta: FunctionMeta;
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
  warnings: Caution[];
};

export type GivenAnswer = {
  answer?: unknown;
};

export type GroupForm = {
  description?: string;
  name: string;
  permissions?: Record<string, unknown> | null;
  user_ids?: string[] | null;
};

/** Users who share rights. */
export type GroupItem = {
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

export type GroupMembers = {
  user_ids: string[];
};

/** All messages by id, and the last one of the branch that is shown. */
export type History = {
  currentId: string | null;
  messages: Record<string, ChatMessage>;
};

export type HookWord = {
  about: string;
  kind: string;
  name: string;
  signature: string;
};

/** A host that stands in the source. `private` ones have to be granted. */
export type HostNeeded = {
  host: string;
  line: number;
  private: boolean;
};

/** Why one function was not imported. */
export type ImportFailure = {
  code: string;
  detail: string;
  hint: string;
  id: string;
  name?: string;
  [name: string]: unknown;
};

/** What became of an import: `functions` are there now, `errors` are not. */
export type ImportOutcome = {
  created: string[];
  errors: ImportFailure[];
  functions: FunctionItem[];
  updated: string[];
};

/** What authors may ask for by name. `modules` and `methods` are names by module and by table. */
export type Language = {
  arguments: Argument[];
  events: EventWord[];
  field: Word[];
  header: Word[];
  hooks: HookWord[];
  inputs: Word[];
  methods: Record<string, string[]>;
  modules: Record<string, string[]>;
  store: Word[];
};

/** One wall around workers, as it stands on this machine. */
export type Layer = {
  active: boolean;
  means: string;
  name: string;
  what: string;
  why_not: string;
};

/** A function with who made it. */
export type ListedFunction = {
  access_control: FunctionReaders | null;
  buttons: FunctionButton[];
  created_at: number;
  data: "all" | "user" | null;
  has_user_valves: boolean;
  has_valves: boolean;
  id: string;
  is_active: boolean;
  is_global: boolean;
  is_package: boolean;
  kind: "action" | "event" | "filter" | "pipe";
  meta: FunctionMeta;
  name: string;
  origin_url: string;
  page_script: boolean;
  profile: "closed" | "standard" | "trusted" | null;
  reason: string;
  state: "crashing" | "failed" | "needs_configuration" | "needs_packages" | "quarantined" | "ready";
  type: "action" | "event" | "filter" | "pipe";
  updated_at: number;
  user: Author | null;
  user_id: string;
  version_id: string | null;
  version_number: number | null;
};

/** A record with who made it. */
export type ListedModel = {
  access_control: Record<string, unknown> | null;
  access_grants: AccessGrant[];
  base_model_id: string | null;
  created_at: number;
  id: string;
  is_active: boolean;
  meta: ModelMeta;
  name: string;
  params: Record<string, unknown>;
  updated_at: number;
  user: Author | null;
  user_id: string;
  write_access: boolean;
};

/** One page of records, and how many there are. */
export type ListedModels = {
  items: ListedModel[];
  total: number;
};

/** Memory in bytes and processors are sums; `lag` is that of the slowest worker, in seconds. */
export type LoadSample = {
  cpu: number;
  lag: number;
  memory: number;
  queue: number;
  runs: number;
  time: number;
  workers: number;
};

export type MemoryForm = {
  content: string;
};

/** Something that a user wants models to know. */
export type MemoryItem = {
  content: string;
  created_at: number;
  id: string;
  updated_at: number;
  user_id: string;
};

export type MemoryQuestion = {
  content: string;
  k?: number | null;
};

export type MemoryTime = {
  created_at: number;
};

/** Where another program may emit into a message, with which token and until when (epoch seconds). */
export type MessageAddress = {
  expires_at: number;
  token: string;
  url: string;
};

/** Why there is no answer, or no whole one. */
export type MessageError = {
  code?: string;
  content?: string;
  hint?: string;
  [name: string]: unknown;
};

export type MessageText = {
  content: string;
};

/** A stored event, as it went to the sockets. */
export type MissedEvent = {
  chat_id: string;
  data: EventData;
  message_id: string | null;
  seq: number;
};

/** Ask with `last` the next time; `more` says that there are further ones already. */
export type MissedEvents = {
  events: MissedEvent[];
  last: number;
  more: boolean;
};

export type ModelAccess = {
  access_grants: Record<string, unknown>[];
  id: string;
};

export type ModelChoice = {
  id: string;
};

export type ModelDefaults = {
  DEFAULT_MODELS?: string | null;
  MODEL_ORDER_LIST?: string[] | null;
};

export type ModelForm = {
  access_control?: Record<string, unknown> | null;
  access_grants?: Record<string, unknown>[] | null;
  base_model_id?: string | null;
  id: string;
  is_active?: boolean;
  meta?: Record<string, unknown>;
  name?: string;
  params?: Record<string, unknown>;
};

export type ModelForms = {
  models: ModelForm[];
};

/** What is recorded about a model. What only admins may know is left out for others. */
export type ModelInfo = {
  access_control?: Record<string, unknown> | null;
  access_grants?: AccessGrant[];
  base_model_id: string | null;
  created_at: number;
  id: string;
  is_active: boolean;
  meta: ModelMeta;
  name: string;
  params?: Record<string, unknown>;
  updated_at: number;
  user_id?: string;
};

/** A model that can be asked. `stale`: it comes from a list that could not be renewed. */
export type ModelItem = {
  actions: ActionButton[];
  connection_type?: string;
  created: number;
  filters: FilterSwitch[];
  has_user_valves: boolean;
  id: string;
  info?: ModelInfo;
  name: string;
  object: string;
  openai?: Upstream;
  owned_by: string;
  pipe?: PipeMark;
  preset?: boolean;
  stale?: boolean;
  tags: ModelTag[];
};

/** What admins wrote about a model. */
export type ModelMeta = {
  actionIds?: string[];
  automaticActionIds?: string[];
  defaultFilterIds?: string[];
  description?: string | null;
  filterIds?: string[];
  profile_image_url?: string | null;
  suggestion_prompts?: Suggestion[] | null;
  toolIds?: string[];
  [name: string]: unknown;
};

export type ModelName = {
  id: string;
  name: string;
};

/** An admin's record about a model, whole. */
export type ModelRecord = {
  access_control: Record<string, unknown> | null;
  access_grants: AccessGrant[];
  base_model_id: string | null;
  created_at: number;
  id: string;
  is_active: boolean;
  meta: ModelMeta;
  name: string;
  params: Record<string, unknown>;
  updated_at: number;
  user_id: string;
};

/** A record as the caller may see it. */
export type ModelSeen = {
  access_control?: Record<string, unknown> | null;
  access_grants?: AccessGrant[];
  base_model_id: string | null;
  created_at?: number;
  id: string;
  is_active: boolean;
  meta: ModelMeta;
  name: string;
  params?: Record<string, unknown>;
  updated_at?: number;
  user_id?: string;
  write_access: boolean;
};

export type ModelTag = {
  name: string;
};

/** All models that the caller may ask. */
export type Models = {
  data: ModelItem[];
};

export type ModelsPublic = {
  public: boolean;
};

/** All of it. `implied` packages are imported, not named, and shipped with Open WebUI: Penstock installs them. */
export type Needs = {
  environment: string[];
  hosts: HostNeeded[];
  implied: string[];
  open_webui: string[];
  requirements: string[];
  rights: Right[];
};

export type NewAccount = {
  email: string;
  name: string;
  password: string;
  profile_image_url?: string;
  role?: string;
};

export type NewApiKey = {
  api_key: string;
};

export type NewConnection = {
  enabled?: boolean | null;
  /** Left out or null: stays as it is. */
  key?: string | null;
  model_ids?: string[] | null;
  name?: string | null;
  prefix?: string | null;
  url: string;
};

export type NewFolder = {
  data?: Record<string, unknown> | null;
  meta?: Record<string, unknown> | null;
  name: string;
  parent_id?: string | null;
};

export type NewRun = {
  run_id: string;
};

export type NewTitle = {
  title?: string | null;
};

export type OAuth = {
  providers: Record<string, string>;
};

/** Something that a run asks a person. It closes by itself at `deadline`. */
export type OpenQuestion = {
  chat_id: string | null;
  created_at: number;
  data: Record<string, unknown>;
  deadline: number;
  function?: AskingFunction;
  id: string;
  message_id: string | null;
  run_id: string;
  type: string;
};

/** What an address holds now, beside what serves. `edited`: somebody here has changed what came from there. */
export type OriginCheck = {
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
export type OutputFile = {
  id?: string;
  name: string;
  url: string;
};

/** A result of an action, as it stands under its message: `text`, `table`, `json`, `chart`, `image`, `file` ... */
export type OutputItem = {
  chart?: unknown;
  data?: unknown;
  file?: OutputFile | null;
  id?: string;
  kind: string;
  source?: string | null;
  title?: string | null;
  [name: string]: unknown;
};

/** One's own account. */
export type OwnProfile = {
  email: string;
  id: string;
  name: string;
  profile_image_url: string;
  role: "admin" | "moderator" | "pending" | "user";
};

/** `content` is null for what is no text. */
export type PackageFile = {
  content: string | null;
  path: string;
  size: number;
};

/** Null: as the environment, the settings file or the default says. */
export type PageSettings = {
  default_role?: "pending" | "user" | null;
  models_public?: boolean | null;
  signup?: boolean | null;
};

export type PasswordChange = {
  new_password: string;
  password: string;
};

/** One page of accounts, and how many there are. */
export type People = {
  total: number;
  users: Person[];
};

/** What a page may offer. */
export type Permissions = {
  chat: Record<string, boolean>;
  features: Record<string, boolean>;
  workspace: Record<string, boolean>;
};

/** An account, as its owner and admins see it. Times are epoch seconds. */
export type Person = {
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

export type PersonName = {
  id: string;
  name: string;
};

/** An account as the caller may see it; `active` while it has a page open. */
export type PersonSeen = {
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

export type PipeMark = {
  type: string;
};

/** What is decided (null: left to the author), what the author proposes, and what is in force. */
export type Policy = {
  effective: EffectivePolicy;
  inlet: "block";
  outlet: "block" | "fail" | "skip" | null;
  proposed: ProposedPolicy;
  stream: "block" | "fail" | "skip" | null;
  tasks: boolean | null;
};

/** What is named changes; null goes back to what the author proposes. */
export type PolicyChange = {
  outlet?: "block" | "fail" | "skip" | null;
  stream?: "block" | "fail" | "skip" | null;
  tasks?: boolean | null;
};

export type Presence = {
  active: boolean;
};

/** What is wrong with one field. `loc` is its path, beginning with the part of the request that it is in. */
export type Problem = {
  loc: (string | number)[];
  msg: string | null;
  type: string | null;
};

export type ProfileChange = {
  name: string;
  profile_image_url?: string | null;
};

export type ProposedPolicy = {
  outlet?: "block" | "fail" | "skip";
  stream?: "block" | "fail" | "skip";
  tasks?: boolean;
};

/** One page of what everybody may see, and how many there are. */
export type PublicPeople = {
  total: number;
  users: PublicUser[];
};

/** What everybody who is signed in may know of somebody. */
export type PublicUser = {
  id: string;
  name: string;
  profile_image_url: string;
  role: "admin" | "moderator" | "pending" | "user";
};

/** Who may use something, by ids. */
export type Readers = {
  group_ids: string[];
  role_ids: string[];
  user_ids: string[];
};

/** A host that a run could not reach for want of a right. */
export type RefusedHost = {
  count: number;
  host: string;
  port: number;
  reason: string;
};

/** A right beyond the defaults, and why it may be needed. */
export type Right = {
  line: number | null;
  right: string;
  why: string;
};

/** What is in force, what it would be by default, and what may be set; `budget` has what is set, or null. */
export type Rights = {
  bounds: Record<string, BudgetBound>;
  budget: Record<string, number | null>;
  data: "all" | "user";
  defaults: DecidedRights;
  effective: DecidedRights;
  hosts: string[];
  page_script: boolean;
  profile: "closed" | "standard" | "trusted";
  updated_at: number | null;
  updated_by: PersonName | null;
};

/** What is named changes; null goes back to the default. */
export type RightsChange = {
  budget?: Record<string, number | null> | null;
  confirm?: boolean;
  data?: "all" | "user" | null;
  hosts?: string[] | null;
  page_script?: boolean | null;
  profile?: "closed" | "standard" | "trusted" | null;
};

export type RoleChange = {
  id: string;
  role: string;
};

/** How many secrets were sealed anew, and how many keys the ring has. */
export type RotatedKeys = {
  keys: number;
  sealed: number;
};

/** What the hook was called with; not `whole` where it was cut. */
export type RunArguments = {
  action_id: string | null;
  body: unknown;
  kind: "arguments";
  time: number;
  whole: boolean;
};

/** One run of a hook. Times are epoch seconds. */
export type RunItem = {
  chat_id: string | null;
  ended_at: number | null;
  error: RunProblem | null;
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

export type RunLogLine = {
  level: string;
  text: string;
  thread: string;
  time: number;
};

/** Why a run failed. Only admins see where in the source. */
export type RunProblem = {
  budget?: unknown;
  code?: string | null;
  limit?: unknown;
  line?: number | null;
  message?: string | null;
  traceback?: string;
  type?: string;
};

/** Something that a run emitted, asked a person, or asked the server for. */
export type RunStep = {
  answer?: unknown;
  arguments?: Record<string, unknown>;
  count?: number;
  data?: unknown;
  error?: string | null;
  kind: "call" | "event" | "question";
  name: string;
  state?: string;
  time: number;
  took?: number | null;
  until?: number;
};

/** What happened in a run, in order; null where nothing was kept. */
export type RunTimeline = {
  arguments: RunArguments | null;
  steps: RunStep[];
  usage: RunUsage | null;
};

/** What its worker took when it was last looked at, and how many other runs it had. */
export type RunUsage = {
  cpu: number;
  kind: "usage";
  memory: number;
  shared: number;
  time: number;
};

/** What happened, as a sentence. */
export type Said = {
  message: string;
};

export type SeenOrigin = {
  sha256: string;
};

/** A file that is no text, or one that stays as it is in the version that the request is about. */
export type SentFile = {
  base64?: string | null;
  from?: string | null;
};

/** Whoever is signed in, with the token that proves it. */
export type SessionUser = {
  email: string;
  expires_at: number | null;
  id: string;
  name: string;
  permissions: Permissions;
  profile_image_url: string;
  role: "admin" | "moderator" | "pending" | "user";
  token: string;
  token_type: string;
};

/** A setting; of what may hold a secret, only whether it is set. `default`: nobody has set it. `editable` ones change while the server runs; `beneath` is the value without that change. */
export type SettingItem = {
  beneath?: unknown;
  default: boolean;
  default_value: unknown;
  description: string;
  editable: boolean;
  name: string;
  secret: boolean;
  section: string;
  source: "argument" | "default" | "environment" | "file" | "page";
  takes: SettingTakes;
  value: unknown;
};

/** Which values a setting takes: at `least` one number, `above` another, at `most` a third. */
export type SettingTakes = {
  above?: number;
  choices?: string[];
  examples?: string[];
  kind: "choice" | "number" | "path" | "switch" | "text" | "whole";
  least?: number;
  most?: number;
  unit?: "bytes" | "days" | "seconds";
};

/** A chat in the list of what its owner shares; `id` is the chat's, `share_id` stands in the address. */
export type ShareItem = {
  created_at: number;
  id: string;
  share_id: string;
  title: string;
  updated_at: number;
};

/** A chat as it was when it was shared. */
export type SharedChat = {
  archived: boolean;
  chat: SharedDocument;
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
export type SharedDocument = {
  files?: FileItem[];
  history: History;
  id?: string;
  messages?: ChatMessage[];
  models: string[];
  tags?: string[];
  timestamp?: number;
  title: string;
  [name: string]: unknown;
};

export type SignIn = {
  email: string;
  password: string;
};

export type SignUp = {
  email: string;
  name: string;
  password: string;
  profile_image_url?: string;
};

/** The function as it was. The source is there for a single version only. */
export type Snapshot = {
  content?: string;
  files?: FileSize[];
  meta: VersionManifest;
  name: string;
};

export type SourceAddress = {
  url: string;
};

/** One file as a text; of a function of one file the path is empty. */
export type SourceFile = {
  content: string;
  path: string;
};

/** Something that an answer rests on: passages (`document`) with their `metadata`, one to one. */
export type SourceItem = {
  distances?: number[] | null;
  document?: string[];
  metadata?: Record<string, unknown>[];
  source?: SourceName;
  [name: string]: unknown;
};

/** Where passages come from. */
export type SourceName = {
  id?: string;
  name?: string;
  url?: string;
  [name: string]: unknown;
};

/** It worked. */
export type Status = {
  status: boolean;
};

/** One line of what a run does just now. */
export type StatusItem = {
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
export type StoredFile = {
  created_at: number;
  data: StoredFileData;
  filename: string;
  hash: string;
  id: string;
  meta: StoredFileMeta;
  path: string;
  updated_at: number;
  user_id: string;
};

/** How far reading it is, and its text where that was asked for. */
export type StoredFileData = {
  content?: string;
  status: string;
  [name: string]: unknown;
};

export type StoredFileMeta = {
  content_type: string;
  name: string;
  size: number;
  [name: string]: unknown;
};

/** One page of files, and how many there are. */
export type StoredFiles = {
  items: StoredFile[];
  total: number;
};

/** Something to ask, as the start of a chat offers it. */
export type Suggestion = {
  content: string;
  title?: string | string[] | null;
  [name: string]: unknown;
};

/** Admins do not want this. */
export type SwitchedOff = {
  detail: string;
};

/** How the server is doing. `layers` are the walls around functions, as they stand on this machine. */
export type SystemState = {
  engine: string;
  layers: Layer[];
  platform: string;
  python: string;
  settings: SettingItem[];
  started_at: number;
  troubles: Trouble[];
  users: number;
  version: string;
  workers: WorkerState[];
};

export type TagName = {
  name: string;
};

export type TagWindow = {
  limit?: number;
  name: string;
  skip?: number;
};

/** Which questions are asked about chats, of which model and in which words. Names are Open WebUI's. */
export type TaskConfig = {
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

export type TaskIds = {
  task_ids: string[];
};

export type TaskStop = {
  message: string;
  status: boolean;
};

export type Tasks = {
  tasks: string[];
};

export type TextContent = {
  content: string;
};

export type TokenRequest = {
  expires_in?: number | null;
};

/** Something that a completion may name in `tool_ids`. */
export type ToolItem = {
  has_user_valves: boolean;
  id: string;
  meta: ToolMeta;
  name: string;
  specs: ToolSpec[];
};

export type ToolMeta = {
  description: string;
};

/** A tool as models read it; `parameters` is a JSON Schema. */
export type ToolSpec = {
  description: string;
  name: string;
  parameters: Record<string, unknown>;
};

/** A version whose workers died again and again, and which gets no new one for a while. */
export type Trouble = {
  crashes: number;
  function_id: string;
  reason: string;
  retry_at: number;
  version_id: string;
};

/** Without a source, the version that serves. `body` is what the hook reads: `{"messages": [...], "model": id}`, or `{"name", "data"}` of an event. */
export type TryForm = {
  action?: string;
  base_version_id?: string;
  body?: unknown;
  content?: string | null;
  files?: Record<string, string | SentFile> | null;
  hook?: string;
  id?: string;
  name?: string;
  package?: string | null;
  valves?: Record<string, unknown> | null;
};

export type UploadLimits = {
  max_count: number | null;
  max_size: number | null;
};

/** A file that has just come in. */
export type UploadedFile = {
  created_at: number;
  data: StoredFileData;
  filename: string;
  hash: string;
  id: string;
  meta: StoredFileMeta;
  path: string;
  status: boolean;
  updated_at: number;
  user_id: string;
};

/** What the model is called on the server that it comes from. */
export type Upstream = {
  id: string;
};

export type UserChange = {
  email?: string | null;
  name?: string | null;
  password?: string | null;
  profile_image_url?: string | null;
  role?: string | null;
};

/** What clients keep for a user. */
export type UserSettings = {
  ui?: Record<string, unknown>;
  [name: string]: unknown;
};

/** What is set for one group or model. */
export type ValveLayer = {
  layer: "group" | "model";
  name: string;
  subject: string;
  values: Record<string, unknown>;
};

/** A value that a run would see, and where it comes from. */
export type ValveOrigin = {
  layer: "default" | "global" | "group" | "model" | "user";
  name: string;
  subject: string;
  value: unknown;
};

export type Version = {
  version: string;
};

export type VersionChoice = {
  version_id: string;
};

/** What changed between two versions. */
export type VersionDiff = {
  content_diff: string;
  files: ChangedFile[];
  from_id: string;
  line_endings_only: boolean;
  lock: Differences;
  metadata: Record<string, BeforeAfter>;
  requirements: Differences;
  to_id: string;
};

/** One entry of the history. `lock` has the packages that it was saved with, each with its exact version. */
export type VersionItem = {
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
  snapshot: Snapshot;
  state: "good" | "quarantined";
  user: Author | null;
  user_id: string;
};

export type VersionManifest = {
  manifest: Record<string, unknown>;
};

/** One run, with the hosts that it could not reach for want of a right, and the worker where it goes on. */
export type WholeRun = {
  chat_id: string | null;
  ended_at: number | null;
  error: RunProblem | null;
  function_id: string;
  hook: string;
  id: string;
  idempotency_key: string | null;
  message_id: string | null;
  notes: string[];
  refused: RefusedHost[];
  result: unknown;
  started_at: number;
  state: "background" | "cancelled" | "done" | "failed" | "interrupted" | "queued" | "running";
  trigger: string;
  user_id: string;
  version_id: string;
  worker: WorkerState | null;
};

/** Whether a function is here. `rule` is the code of what speaks against it. */
export type Why = {
  here: boolean;
  model_id: string | null;
  rule: string | null;
  rules: WhyRule[];
  said: string;
  user_id: string;
};

/** The same for every action and filter that the reader may know of. */
export type WhyEach = {
  functions: WhyEntry[];
  model_id: string | null;
};

/** Whether one action or filter is here. Only administrators read the rules. */
export type WhyEntry = {
  here: boolean;
  id: string;
  kind: string;
  name: string;
  rule: string | null;
  rules: WhyRule[];
  said: string;
};

/** One condition, and what there is to say about it either way. */
export type WhyRule = {
  code: string;
  passed: boolean;
  said: string;
};

export type Word = {
  about: string;
  name: string;
};

export type WorkerEnded = {
  ended: boolean;
  function_id: string;
};

/** One worker, for the admin page: `state` is starting, ready, blocked, draining or ended. */
export type WorkerState = {
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

export interface Schemas {
  AccessForm: AccessForm;
  AccessGrant: AccessGrant;
  ActionButton: ActionButton;
  Active: Active;
  ActiveRun: ActiveRun;
  Activities: Activities;
  Activity: Activity;
  ApiKey: ApiKey;
  Argument: Argument;
  AskingFunction: AskingFunction;
  Author: Author;
  Banners: Banners;
  BeforeAfter: BeforeAfter;
  Body_upload_api_v1_files__post: Body_upload_api_v1_files__post;
  Branch: Branch;
  BudgetBound: BudgetBound;
  Caution: Caution;
  ChangedFile: ChangedFile;
  ChatAnswer: ChatAnswer;
  ChatDocument: ChatDocument;
  ChatForm: ChatForm;
  ChatImport: ChatImport;
  ChatImports: ChatImports;
  ChatMessage: ChatMessage;
  ChatSummary: ChatSummary;
  ChatTag: ChatTag;
  ChosenExamples: ChosenExamples;
  CloneForm: CloneForm;
  Collected: Collected;
  Completion: Completion;
  CompletionChoice: CompletionChoice;
  CompletionRequest: CompletionRequest;
  Config: Config;
  ConfigImport: ConfigImport;
  ConnectionForm: ConnectionForm;
  ConnectionItem: ConnectionItem;
  ConnectionSettings: ConnectionSettings;
  ConnectionTest: ConnectionTest;
  CurrentMessage: CurrentMessage;
  DecidedRights: DecidedRights;
  DefaultModels: DefaultModels;
  Differences: Differences;
  Done: Done;
  EffectivePolicy: EffectivePolicy;
  EmbedItem: EmbedItem;
  EmittedEvent: EmittedEvent;
  EnvironmentItem: EnvironmentItem;
  Error: Error;
  EventData: EventData;
  EventWord: EventWord;
  ExamineForm: ExamineForm;
  Examined: Examined;
  ExampleItem: ExampleItem;
  ExportedFunction: ExportedFunction;
  FetchedSource: FetchedSource;
  FileItem: FileItem;
  FileSize: FileSize;
  FileStatus: FileStatus;
  FileText: FileText;
  FilterSwitch: FilterSwitch;
  Finding: Finding;
  FolderChange: FolderChange;
  FolderChoice: FolderChoice;
  FolderExpansion: FolderExpansion;
  FolderItem: FolderItem;
  FolderMove: FolderMove;
  FoundMemories: FoundMemories;
  FunctionAccess: FunctionAccess;
  FunctionButton: FunctionButton;
  FunctionForm: FunctionForm;
  FunctionItem: FunctionItem;
  FunctionMeta: FunctionMeta;
  FunctionReaders: FunctionReaders;
  FunctionSet: FunctionSet;
  FunctionShown: FunctionShown;
  FunctionSource: FunctionSource;
  GivenAnswer: GivenAnswer;
  GroupForm: GroupForm;
  GroupItem: GroupItem;
  GroupMembers: GroupMembers;
  History: History;
  HookWord: HookWord;
  HostNeeded: HostNeeded;
  ImportFailure: ImportFailure;
  ImportOutcome: ImportOutcome;
  Language: Language;
  Layer: Layer;
  ListedFunction: ListedFunction;
  ListedModel: ListedModel;
  ListedModels: ListedModels;
  LoadSample: LoadSample;
  MemoryForm: MemoryForm;
  MemoryItem: MemoryItem;
  MemoryQuestion: MemoryQuestion;
  MemoryTime: MemoryTime;
  MessageAddress: MessageAddress;
  MessageError: MessageError;
  MessageText: MessageText;
  MissedEvent: MissedEvent;
  MissedEvents: MissedEvents;
  ModelAccess: ModelAccess;
  ModelChoice: ModelChoice;
  ModelDefaults: ModelDefaults;
  ModelForm: ModelForm;
  ModelForms: ModelForms;
  ModelInfo: ModelInfo;
  ModelItem: ModelItem;
  ModelMeta: ModelMeta;
  ModelName: ModelName;
  ModelRecord: ModelRecord;
  ModelSeen: ModelSeen;
  ModelTag: ModelTag;
  Models: Models;
  ModelsPublic: ModelsPublic;
  Needs: Needs;
  NewAccount: NewAccount;
  NewApiKey: NewApiKey;
  NewConnection: NewConnection;
  NewFolder: NewFolder;
  NewRun: NewRun;
  NewTitle: NewTitle;
  OAuth: OAuth;
  OpenQuestion: OpenQuestion;
  OriginCheck: OriginCheck;
  OutputFile: OutputFile;
  OutputItem: OutputItem;
  OwnProfile: OwnProfile;
  PackageFile: PackageFile;
  PageSettings: PageSettings;
  PasswordChange: PasswordChange;
  People: People;
  Permissions: Permissions;
  Person: Person;
  PersonName: PersonName;
  PersonSeen: PersonSeen;
  PipeMark: PipeMark;
  Policy: Policy;
  PolicyChange: PolicyChange;
  Presence: Presence;
  Problem: Problem;
  ProfileChange: ProfileChange;
  ProposedPolicy: ProposedPolicy;
  PublicPeople: PublicPeople;
  PublicUser: PublicUser;
  Readers: Readers;
  RefusedHost: RefusedHost;
  Right: Right;
  Rights: Rights;
  RightsChange: RightsChange;
  RoleChange: RoleChange;
  RotatedKeys: RotatedKeys;
  RunArguments: RunArguments;
  RunItem: RunItem;
  RunLogLine: RunLogLine;
  RunProblem: RunProblem;
  RunStep: RunStep;
  RunTimeline: RunTimeline;
  RunUsage: RunUsage;
  Said: Said;
  SeenOrigin: SeenOrigin;
  SentFile: SentFile;
  SessionUser: SessionUser;
  SettingItem: SettingItem;
  SettingTakes: SettingTakes;
  ShareItem: ShareItem;
  SharedChat: SharedChat;
  SharedDocument: SharedDocument;
  SignIn: SignIn;
  SignUp: SignUp;
  Snapshot: Snapshot;
  SourceAddress: SourceAddress;
  SourceFile: SourceFile;
  SourceItem: SourceItem;
  SourceName: SourceName;
  Status: Status;
  StatusItem: StatusItem;
  StoredFile: StoredFile;
  StoredFileData: StoredFileData;
  StoredFileMeta: StoredFileMeta;
  StoredFiles: StoredFiles;
  Suggestion: Suggestion;
  SwitchedOff: SwitchedOff;
  SystemState: SystemState;
  TagName: TagName;
  TagWindow: TagWindow;
  TaskConfig: TaskConfig;
  TaskIds: TaskIds;
  TaskStop: TaskStop;
  Tasks: Tasks;
  TextContent: TextContent;
  TokenRequest: TokenRequest;
  ToolItem: ToolItem;
  ToolMeta: ToolMeta;
  ToolSpec: ToolSpec;
  Trouble: Trouble;
  TryForm: TryForm;
  UploadLimits: UploadLimits;
  UploadedFile: UploadedFile;
  Upstream: Upstream;
  UserChange: UserChange;
  UserSettings: UserSettings;
  ValveLayer: ValveLayer;
  ValveOrigin: ValveOrigin;
  Version: Version;
  VersionChoice: VersionChoice;
  VersionDiff: VersionDiff;
  VersionItem: VersionItem;
  VersionManifest: VersionManifest;
  WholeRun: WholeRun;
  Why: Why;
  WhyEach: WhyEach;
  WhyEntry: WhyEntry;
  WhyRule: WhyRule;
  Word: Word;
  WorkerEnded: WorkerEnded;
  WorkerState: WorkerState;
}

/** What can be asked with GET. */
export interface Get {
  /** What this server offers */
  "/api/config": {
    answer: Config;
  };
  /** List models that I may ask */
  "/api/models": {
    answer: Models;
  };
  /** List base models */
  "/api/models/base": {
    answer: Models;
  };
  /** What is being written for me */
  "/api/tasks": {
    answer: Tasks;
  };
  /** What is being written in a chat */
  "/api/tasks/chat/{chat_id}": {
    path: { chat_id: string; };
    answer: TaskIds;
  };
  /** Who am I */
  "/api/v1/auths/": {
    answer: SessionUser;
  };
  /** Read my API key */
  "/api/v1/auths/api_key": {
    answer: ApiKey;
  };
  /** Sign out */
  "/api/v1/auths/signout": {
    answer: Status;
  };
  /** List my chats */
  "/api/v1/chats/": {
    query?: { page?: number | null; include_pinned?: boolean; include_folders?: boolean; };
    answer: ChatSummary[];
  };
  /** Read all my chats whole */
  "/api/v1/chats/all": {
    answer: ChatAnswer[];
  };
  /** Read all archived chats whole */
  "/api/v1/chats/all/archived": {
    answer: ChatAnswer[];
  };
  /** List my tags */
  "/api/v1/chats/all/tags": {
    answer: ChatTag[];
  };
  /** List archived chats */
  "/api/v1/chats/archived": {
    query?: { page?: number | null; };
    answer: ChatSummary[];
  };
  /** List chats of a folder */
  "/api/v1/chats/folder/{folder_id}": {
    path: { folder_id: string; };
    query?: { page?: number | null; };
    answer: ChatSummary[];
  };
  /** List pinned chats */
  "/api/v1/chats/pinned": {
    answer: ChatSummary[];
  };
  /** Search in my chats */
  "/api/v1/chats/search": {
    query?: { text?: string; page?: number | null; };
    answer: ChatSummary[];
  };
  /** Read a shared chat */
  "/api/v1/chats/share/{share_id}": {
    path: { share_id: string; };
    answer: SharedChat;
  };
  /** List what I share */
  "/api/v1/chats/shared": {
    answer: ShareItem[];
  };
  /** Read a chat */
  "/api/v1/chats/{chat_id}": {
    path: { chat_id: string; };
    query?: { branch?: boolean; };
    answer: ChatAnswer;
  };
  /** Whether a chat is pinned */
  "/api/v1/chats/{chat_id}/pinned": {
    path: { chat_id: string; };
    answer: boolean;
  };
  /** List tags of a chat */
  "/api/v1/chats/{chat_id}/tags": {
    path: { chat_id: string; };
    answer: ChatTag[];
  };
  /** List banners */
  "/api/v1/configs/banners": {
    answer: Record<string, unknown>[];
  };
  /** Read what is set about connections */
  "/api/v1/configs/connections": {
    answer: ConnectionSettings;
  };
  /** Export stored settings */
  "/api/v1/configs/export": {
    answer: Record<string, unknown>;
  };
  /** Read default models and order */
  "/api/v1/configs/models": {
    answer: DefaultModels;
  };
  /** List connections */
  "/api/v1/connections": {
    answer: ConnectionItem[];
  };
  /** List installed packages */
  "/api/v1/environments": {
    answer: EnvironmentItem[];
  };
  /** Events that were missed */
  "/api/v1/events": {
    query?: { after?: number; };
    answer: MissedEvents;
  };
  /** List functions that come with Penstock */
  "/api/v1/examples": {
    answer: ExampleItem[];
  };
  /** List my files */
  "/api/v1/files/": {
    query?: { page?: number; };
    answer: StoredFiles;
  };
  /** Find my files by name */
  "/api/v1/files/search": {
    query: { filename: string; };
    answer: StoredFile[];
  };
  /** Read about a file */
  "/api/v1/files/{file_id}": {
    path: { file_id: string; };
    answer: StoredFile;
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
    answer: FileText;
  };
  /** Whether a file can be used */
  "/api/v1/files/{file_id}/process/status": {
    path: { file_id: string; };
    query?: { stream?: boolean; };
    answer: FileStatus;
  };
  /** List my folders */
  "/api/v1/folders/": {
    answer: FolderItem[];
  };
  /** Read a folder */
  "/api/v1/folders/{folder_id}": {
    path: { folder_id: string; };
    answer: FolderItem;
  };
  /** List functions */
  "/api/v1/functions/": {
    answer: FunctionShown[];
  };
  /** What all functions do and did lately */
  "/api/v1/functions/activity": {
    answer: Activities;
  };
  /** Export all functions */
  "/api/v1/functions/export": {
    query?: { include_valves?: boolean; };
    answer: ExportedFunction[];
  };
  /** Read a function with its source */
  "/api/v1/functions/id/{function_id}": {
    path: { function_id: string; };
    answer: FunctionSource;
  };
  /** Who may use a function */
  "/api/v1/functions/id/{function_id}/access": {
    path: { function_id: string; };
    answer: FunctionAccess;
  };
  /** Export a function */
  "/api/v1/functions/id/{function_id}/export": {
    path: { function_id: string; };
    query?: { include_valves?: boolean; };
    answer: ExportedFunction[];
  };
  /** Read the files of a version */
  "/api/v1/functions/id/{function_id}/files": {
    path: { function_id: string; };
    query?: { version_id?: string; };
    answer: PackageFile[];
  };
  /** List versions */
  "/api/v1/functions/id/{function_id}/history": {
    path: { function_id: string; };
    query?: { page?: number; };
    answer: VersionItem[];
  };
  /** Compare two versions */
  "/api/v1/functions/id/{function_id}/history/diff": {
    path: { function_id: string; };
    query: { from_id: string; to_id: string; };
    answer: VersionDiff;
  };
  /** Read a version with its source */
  "/api/v1/functions/id/{function_id}/history/{version_id}": {
    path: { function_id: string; version_id: string; };
    answer: VersionItem;
  };
  /** Look for an update at its address */
  "/api/v1/functions/id/{function_id}/origin": {
    path: { function_id: string; };
    answer: OriginCheck;
  };
  /** Download the files of a function */
  "/api/v1/functions/id/{function_id}/package": {
    path: { function_id: string; };
    answer: Blob;
  };
  /** Read the policy of a filter */
  "/api/v1/functions/id/{function_id}/policy": {
    path: { function_id: string; };
    answer: Policy;
  };
  /** Read rights and budgets */
  "/api/v1/functions/id/{function_id}/rights": {
    path: { function_id: string; };
    answer: Rights;
  };
  /** Read valves */
  "/api/v1/functions/id/{function_id}/valves": {
    path: { function_id: string; };
    answer: Record<string, unknown>;
  };
  /** List values of groups and models */
  "/api/v1/functions/id/{function_id}/valves/layers": {
    path: { function_id: string; };
    answer: ValveLayer[];
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
    answer: Record<string, ValveOrigin>;
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
    answer: Why;
  };
  /** Read the language of functions */
  "/api/v1/functions/language": {
    answer: Language;
  };
  /** List functions with who made them */
  "/api/v1/functions/list": {
    answer: ListedFunction[];
  };
  /** Why functions are here, or not */
  "/api/v1/functions/why": {
    query?: { user_id?: string; model_id?: string; message_id?: string; };
    answer: WhyEach;
  };
  /** List groups */
  "/api/v1/groups/": {
    answer: GroupItem[];
  };
  /** Read a group */
  "/api/v1/groups/id/{group_id}": {
    path: { group_id: string; };
    answer: GroupItem;
  };
  /** List my memories */
  "/api/v1/memories/": {
    answer: MemoryItem[];
  };
  /** List models that I may ask */
  "/api/v1/models": {
    answer: Models;
  };
  /** List records about base models */
  "/api/v1/models/base": {
    answer: ModelRecord[];
  };
  /** Export all records */
  "/api/v1/models/export": {
    answer: ModelRecord[];
  };
  /** List models built on others */
  "/api/v1/models/list": {
    query?: { query?: string; page?: number; };
    answer: ListedModels;
  };
  /** Read a record */
  "/api/v1/models/model": {
    query: { id: string; };
    answer: ModelSeen;
  };
  /** The picture of a model */
  "/api/v1/models/model/profile/image": {
    query: { id: string; };
    answer: Blob;
  };
  /** Whether unrecorded models are for everybody */
  "/api/v1/models/public": {
    answer: ModelsPublic;
  };
  /** List tags of models */
  "/api/v1/models/tags": {
    answer: string[];
  };
  /** Read a model */
  "/api/v1/models/{model_id}": {
    path: { model_id: string; };
    answer: ModelItem;
  };
  /** An icon */
  "/api/v1/pictures/{name}": {
    path: { name: string; };
    answer: Blob;
  };
  /** List questions that wait for me */
  "/api/v1/questions": {
    answer: OpenQuestion[];
  };
  /** List runs */
  "/api/v1/runs": {
    query?: { function_id?: string | null; user_id?: string | null; state?: string | null; chat_id?: string | null; hook?: string | null; trigger?: string | null; since?: number | null; until?: number | null; brief?: boolean; skip?: number; limit?: number; };
    answer: RunItem[];
  };
  /** Read a run */
  "/api/v1/runs/{run_id}": {
    path: { run_id: string; };
    answer: WholeRun;
  };
  /** Read what a run logged */
  "/api/v1/runs/{run_id}/logs": {
    path: { run_id: string; };
    answer: RunLogLine[];
  };
  /** What happened in a run */
  "/api/v1/runs/{run_id}/timeline": {
    path: { run_id: string; };
    answer: RunTimeline;
  };
  /** How the server is doing */
  "/api/v1/system": {
    answer: SystemState;
  };
  /** Show the load of the last hour */
  "/api/v1/system/load": {
    answer: LoadSample[];
  };
  /** Read the settings of tasks */
  "/api/v1/tasks/config": {
    answer: TaskConfig;
  };
  /** List tools for completions */
  "/api/v1/tools/": {
    answer: ToolItem[];
  };
  /** List tools for completions */
  "/api/v1/tools/list": {
    answer: ToolItem[];
  };
  /** List accounts */
  "/api/v1/users/": {
    query?: { query?: string; page?: number; };
    answer: People;
  };
  /** List all accounts */
  "/api/v1/users/all": {
    answer: People;
  };
  /** List my groups */
  "/api/v1/users/groups": {
    answer: GroupItem[];
  };
  /** What I may do */
  "/api/v1/users/permissions": {
    answer: Permissions;
  };
  /** Find people */
  "/api/v1/users/search": {
    query?: { query?: string; page?: number; };
    answer: PublicPeople;
  };
  /** Read what clients keep about me */
  "/api/v1/users/user/info": {
    answer: Record<string, unknown>;
  };
  /** Read my settings */
  "/api/v1/users/user/settings": {
    answer: UserSettings;
  };
  /** Read about a person */
  "/api/v1/users/{user_id}": {
    path: { user_id: string; };
    answer: PersonSeen;
  };
  /** Whether somebody has a page open */
  "/api/v1/users/{user_id}/active": {
    path: { user_id: string; };
    answer: Presence;
  };
  /** List groups of a person */
  "/api/v1/users/{user_id}/groups": {
    path: { user_id: string; };
    answer: GroupItem[];
  };
  /** The picture of a user */
  "/api/v1/users/{user_id}/profile/image": {
    path: { user_id: string; };
    answer: Blob;
  };
  /** Which Penstock this is */
  "/api/version": {
    answer: Version;
  };
  /** Whether the server answers */
  "/health": {
    answer: Status;
  };
  /** Whether the database answers */
  "/ready": {
    answer: Status;
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
    body: CompletionRequest;
    answer: Completion;
  };
  /** Stop an answer or a run */
  "/api/tasks/stop/{task_id}": {
    path: { task_id: string; };
    answer: TaskStop;
  };
  /** Run an action without a chat */
  "/api/v1/actions/{action_id}/run": {
    path: { action_id: string; };
    body: unknown;
    answer: unknown;
  };
  /** Add an account */
  "/api/v1/auths/add": {
    body: NewAccount;
    answer: SessionUser;
  };
  /** Make a new API key */
  "/api/v1/auths/api_key": {
    answer: NewApiKey;
  };
  /** Sign in */
  "/api/v1/auths/signin": {
    body: SignIn;
    answer: SessionUser;
  };
  /** Sign out */
  "/api/v1/auths/signout": {
    answer: Status;
  };
  /** Sign up */
  "/api/v1/auths/signup": {
    body: SignUp;
    answer: SessionUser;
  };
  /** Change my password */
  "/api/v1/auths/update/password": {
    body: PasswordChange;
    answer: boolean;
  };
  /** Change my name or picture */
  "/api/v1/auths/update/profile": {
    body: ProfileChange;
    answer: OwnProfile;
  };
  /** Pass an answer through outlet filters */
  "/api/v1/chat/completed": {
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Ask a model */
  "/api/v1/chat/completions": {
    body: CompletionRequest;
    answer: Completion;
  };
  /** Archive all my chats */
  "/api/v1/chats/archive/all": {
    answer: boolean;
  };
  /** Import chats */
  "/api/v1/chats/import": {
    body: ChatImports | ChatImport;
    answer: ChatAnswer | ChatAnswer[];
  };
  /** Make a chat */
  "/api/v1/chats/new": {
    body: ChatForm;
    answer: ChatAnswer;
  };
  /** List chats with a tag */
  "/api/v1/chats/tags": {
    body: TagWindow;
    answer: ChatSummary[];
  };
  /** Take all chats out of the archive */
  "/api/v1/chats/unarchive/all": {
    answer: boolean;
  };
  /** Change a chat */
  "/api/v1/chats/{chat_id}": {
    path: { chat_id: string; };
    body: ChatForm;
    answer: ChatAnswer;
  };
  /** Archive or unarchive a chat */
  "/api/v1/chats/{chat_id}/archive": {
    path: { chat_id: string; };
    answer: ChatAnswer;
  };
  /** Copy a chat */
  "/api/v1/chats/{chat_id}/clone": {
    path: { chat_id: string; };
    body?: NewTitle | null;
    answer: ChatAnswer;
  };
  /** Choose the branch that is shown */
  "/api/v1/chats/{chat_id}/current": {
    path: { chat_id: string; };
    body: CurrentMessage;
    answer: Branch;
  };
  /** Put a chat into a folder */
  "/api/v1/chats/{chat_id}/folder": {
    path: { chat_id: string; };
    body: FolderChoice;
    answer: ChatAnswer;
  };
  /** Change the text of a message */
  "/api/v1/chats/{chat_id}/messages/{message_id}": {
    path: { chat_id: string; message_id: string; };
    body: MessageText;
    answer: ChatAnswer;
  };
  /** Emit an event into a message */
  "/api/v1/chats/{chat_id}/messages/{message_id}/event": {
    path: { chat_id: string; message_id: string; };
    body: EmittedEvent;
    answer: boolean;
  };
  /** Get a token for a message */
  "/api/v1/chats/{chat_id}/messages/{message_id}/event/token": {
    path: { chat_id: string; message_id: string; };
    body: TokenRequest;
    answer: MessageAddress;
  };
  /** Put back a replaced text */
  "/api/v1/chats/{chat_id}/messages/{message_id}/undo": {
    path: { chat_id: string; message_id: string; };
    answer: ChatMessage;
  };
  /** Pin or unpin a chat */
  "/api/v1/chats/{chat_id}/pin": {
    path: { chat_id: string; };
    answer: ChatAnswer;
  };
  /** Share a chat */
  "/api/v1/chats/{chat_id}/share": {
    path: { chat_id: string; };
    answer: ChatAnswer;
  };
  /** Tag a chat */
  "/api/v1/chats/{chat_id}/tags": {
    path: { chat_id: string; };
    body: TagName;
    answer: ChatTag[];
  };
  /** Make a chat of my own from a shared one */
  "/api/v1/chats/{share_id}/clone/shared": {
    path: { share_id: string; };
    answer: ChatAnswer;
  };
  /** Replace all banners */
  "/api/v1/configs/banners": {
    body: Banners;
    answer: Record<string, unknown>[];
  };
  /** Change what is set about connections */
  "/api/v1/configs/connections": {
    body: Record<string, unknown>;
    answer: ConnectionSettings;
  };
  /** Import stored settings */
  "/api/v1/configs/import": {
    body: ConfigImport;
    answer: Record<string, unknown>;
  };
  /** Set default models and order */
  "/api/v1/configs/models": {
    body: ModelDefaults;
    answer: DefaultModels;
  };
  /** Add a connection */
  "/api/v1/connections": {
    body: NewConnection;
    answer: ConnectionItem;
  };
  /** Change a connection */
  "/api/v1/connections/{connection_id}": {
    path: { connection_id: string; };
    body: ConnectionForm;
    answer: ConnectionItem;
  };
  /** Test a connection */
  "/api/v1/connections/{connection_id}/test": {
    path: { connection_id: string; };
    answer: ConnectionTest;
  };
  /** Remove packages that nobody needs */
  "/api/v1/environments/collect": {
    answer: Collected;
  };
  /** Install functions that come with Penstock */
  "/api/v1/examples/install": {
    body?: ChosenExamples | null;
    answer: FunctionItem[];
  };
  /** Upload a file */
  "/api/v1/files/": {
    body: FormData;
    answer: UploadedFile;
  };
  /** Replace the text of a file */
  "/api/v1/files/{file_id}/data/content/update": {
    path: { file_id: string; };
    body: TextContent;
    answer: FileText;
  };
  /** Make a folder */
  "/api/v1/folders/": {
    body: NewFolder;
    answer: FolderItem;
  };
  /** Change a folder */
  "/api/v1/folders/{folder_id}/update": {
    path: { folder_id: string; };
    body: FolderChange;
    answer: FolderItem;
  };
  /** Open or close a folder */
  "/api/v1/folders/{folder_id}/update/expanded": {
    path: { folder_id: string; };
    body: FolderExpansion;
    answer: FolderItem;
  };
  /** Move a folder */
  "/api/v1/folders/{folder_id}/update/parent": {
    path: { folder_id: string; };
    body: FolderMove;
    answer: FolderItem;
  };
  /** Save a new function */
  "/api/v1/functions/create": {
    body: FunctionForm;
    answer: FunctionSource;
  };
  /** Examine a source */
  "/api/v1/functions/examine": {
    body: ExamineForm;
    answer: Examined;
  };
  /** Say who may use a function */
  "/api/v1/functions/id/{function_id}/access": {
    path: { function_id: string; };
    body: AccessForm;
    answer: FunctionAccess;
  };
  /** Copy a function */
  "/api/v1/functions/id/{function_id}/clone": {
    path: { function_id: string; };
    body?: CloneForm | null;
    answer: FunctionSource;
  };
  /** Take the update */
  "/api/v1/functions/id/{function_id}/origin/update": {
    path: { function_id: string; };
    body: SeenOrigin;
    answer: FunctionSource;
  };
  /** Install missing packages */
  "/api/v1/functions/id/{function_id}/packages": {
    path: { function_id: string; };
    answer: FunctionSource;
  };
  /** Change the policy of a filter */
  "/api/v1/functions/id/{function_id}/policy": {
    path: { function_id: string; };
    body: PolicyChange;
    answer: Policy;
  };
  /** Change rights and budgets */
  "/api/v1/functions/id/{function_id}/rights": {
    path: { function_id: string; };
    body: RightsChange;
    answer: Rights;
  };
  /** Switch a function on or off */
  "/api/v1/functions/id/{function_id}/toggle": {
    path: { function_id: string; };
    answer: FunctionSource;
  };
  /** Offer a function everywhere, or not */
  "/api/v1/functions/id/{function_id}/toggle/global": {
    path: { function_id: string; };
    answer: FunctionSource;
  };
  /** Save a new version */
  "/api/v1/functions/id/{function_id}/update": {
    path: { function_id: string; };
    body: FunctionForm;
    answer: FunctionSource;
  };
  /** Let another version serve */
  "/api/v1/functions/id/{function_id}/update/version": {
    path: { function_id: string; };
    body: VersionChoice;
    answer: FunctionSource;
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
    answer: ImportOutcome;
  };
  /** Look at the source at an address */
  "/api/v1/functions/load/url": {
    body: SourceAddress;
    answer: FetchedSource;
  };
  /** Make these all functions that there are */
  "/api/v1/functions/sync": {
    body: FunctionSet;
    answer: FunctionItem[];
  };
  /** Try a source before it is saved */
  "/api/v1/functions/try": {
    body: TryForm;
    answer: unknown;
  };
  /** Make a group */
  "/api/v1/groups/create": {
    body: GroupForm;
    answer: GroupItem;
  };
  /** Change a group */
  "/api/v1/groups/id/{group_id}/update": {
    path: { group_id: string; };
    body: GroupForm;
    answer: GroupItem;
  };
  /** Add members */
  "/api/v1/groups/id/{group_id}/users/add": {
    path: { group_id: string; };
    body: GroupMembers;
    answer: GroupItem;
  };
  /** Remove members */
  "/api/v1/groups/id/{group_id}/users/remove": {
    path: { group_id: string; };
    body: GroupMembers;
    answer: GroupItem;
  };
  /** Add a memory */
  "/api/v1/memories/add": {
    body: MemoryForm;
    answer: MemoryItem;
  };
  /** Find memories */
  "/api/v1/memories/query": {
    body: MemoryQuestion;
    answer: FoundMemories;
  };
  /** Change a memory */
  "/api/v1/memories/{memory_id}/update": {
    path: { memory_id: string; };
    body: MemoryForm;
    answer: MemoryItem;
  };
  /** Record something about a model */
  "/api/v1/models/create": {
    body: ModelForm;
    answer: ModelRecord;
  };
  /** Import records */
  "/api/v1/models/import": {
    body: ModelForms;
    answer: boolean;
  };
  /** Say who may use a model */
  "/api/v1/models/model/access/update": {
    body: ModelAccess;
    answer: ModelRecord;
  };
  /** Delete a record */
  "/api/v1/models/model/delete": {
    body: ModelChoice;
    answer: boolean;
  };
  /** Switch a model on or off */
  "/api/v1/models/model/toggle": {
    query: { id: string; };
    answer: ModelRecord;
  };
  /** Change a record */
  "/api/v1/models/model/update": {
    query?: { id?: string; };
    body: ModelForm;
    answer: ModelRecord;
  };
  /** Say whether unrecorded models are for everybody */
  "/api/v1/models/public": {
    body: ModelsPublic;
    answer: ModelsPublic;
  };
  /** Make these all records that there are */
  "/api/v1/models/sync": {
    body: ModelForms;
    answer: ModelRecord[];
  };
  /** Answer a question */
  "/api/v1/questions/{question_id}/answer": {
    path: { question_id: string; };
    body: GivenAnswer;
    answer: Done;
  };
  /** Close a question without an answer */
  "/api/v1/questions/{question_id}/cancel": {
    path: { question_id: string; };
    answer: Done;
  };
  /** Run it again */
  "/api/v1/runs/{run_id}/again": {
    path: { run_id: string; };
    answer: NewRun;
  };
  /** Stop a run */
  "/api/v1/runs/{run_id}/cancel": {
    path: { run_id: string; };
    answer: Done;
  };
  /** Encrypt secrets with a new key */
  "/api/v1/system/keys/rotate": {
    answer: RotatedKeys;
  };
  /** Change settings */
  "/api/v1/system/settings": {
    body: PageSettings;
    answer: SettingItem[];
  };
  /** End a worker */
  "/api/v1/system/workers/{pid}/end": {
    path: { pid: number; };
    answer: WorkerEnded;
  };
  /** Change the settings of tasks */
  "/api/v1/tasks/config/update": {
    body: Record<string, unknown>;
    answer: TaskConfig;
  };
  /** Ask for a title, tags, follow-ups or queries */
  "/api/v1/tasks/{noun}/completions": {
    path: { noun: string; };
    body: CompletionRequest;
    answer: Completion | SwitchedOff;
  };
  /** Change a role */
  "/api/v1/users/update/role": {
    body: RoleChange;
    answer: Person;
  };
  /** Change what clients keep about me */
  "/api/v1/users/user/info/update": {
    body: Record<string, unknown>;
    answer: Record<string, unknown>;
  };
  /** Change my settings */
  "/api/v1/users/user/settings/update": {
    body: UserSettings;
    answer: UserSettings;
  };
  /** Change an account */
  "/api/v1/users/{user_id}/update": {
    path: { user_id: string; };
    body: UserChange;
    answer: Person;
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
    answer: ChatAnswer;
  };
  /** End sharing a chat */
  "/api/v1/chats/{chat_id}/share": {
    path: { chat_id: string; };
    answer: boolean;
  };
  /** Take a tag from a chat */
  "/api/v1/chats/{chat_id}/tags": {
    path: { chat_id: string; };
    body: TagName;
    answer: ChatTag[];
  };
  /** Delete a connection */
  "/api/v1/connections/{connection_id}": {
    path: { connection_id: string; };
    answer: boolean;
  };
  /** Delete a file */
  "/api/v1/files/{file_id}": {
    path: { file_id: string; };
    answer: Said;
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
