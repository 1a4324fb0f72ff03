/** The names that authors may use, as the server tells them; asked for once. */
import { functionsApi } from "../api";
import type { Language } from "../source_types";

const NOTHING: Language = {
  arguments: [],
  hooks: [],
  events: [],
  header: [],
  inputs: [],
  field: [],
  store: [],
  modules: {},
  methods: {},
};

let asked: Promise<Language> | null = null;

/** Without the server, nothing is offered; it is asked again the next time. */
export function language(): Promise<Language> {
  asked ??= functionsApi.language().catch(() => {
    asked = null;
    return NOTHING;
  });
  return asked;
}
