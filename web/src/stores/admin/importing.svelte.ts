/** Functions on their way in: looked at one by one, chosen, granted what they ask for, then sent. */
import { SvelteSet } from "svelte/reactivity";
import { api, type Schemas } from "$lib/api/calls";
import { ApiError, sentence } from "$lib/api/client";
import { functionsApi } from "../../admin/api";
import { granting, proposals, type Examined, type Proposal } from "../../admin/importing/examined";
import type { ImportItem } from "../../admin/importing/import_files";
import { rightsApi } from "../../admin/rights/api";
import { words } from "../../admin/texts";
import type { FunctionItem, ImportFailure } from "../../admin/types";
import { models } from "../models.svelte";
import { functions } from "./functions.svelte";

const text = words.importing;

export class Candidate {
  id = $state("");
  chosen = $state(true);
  examined = $state.raw<Examined | null>(null);
  failure = $state.raw<unknown>(null);
  /** What became of it. */
  outcome = $state<"" | "arrived" | "renewed" | "refused">("");
  readonly granted = new SvelteSet<string>();

  constructor(readonly item: ImportItem) {
    this.id = item.id;
  }

  /** The function that it would replace. */
  get present(): FunctionItem | undefined {
    return functions.find(this.id);
  }

  get proposals(): Proposal[] {
    return this.examined ? proposals(this.examined) : [];
  }

  get grants(): Proposal[] {
    return this.proposals.filter((proposal) => this.granted.has(proposal.right) && !this.has(proposal));
  }

  /** Whether the function that it would replace has this right; hosts are only added. */
  has({ change }: Proposal): boolean {
    return (
      (change.data === "all" && this.present?.data === "all") ||
      (change.page_script === true && this.present?.page_script === true)
    );
  }

  beside(): void {
    let number = 2;
    while (functions.find(`${this.item.id}_${number}`)) number += 1;
    this.id = `${this.item.id}_${number}`;
  }

  async examine(): Promise<void> {
    this.failure = null;
    const { content, package: packed } = this.item.sent;
    try {
      this.examined = await api.post("/api/v1/functions/examine", {
        body: { content, package: packed } as Schemas["ExamineForm"],
      });
    } catch (error) {
      this.failure = error;
    }
  }
}

export class Importing {
  readonly candidates: Candidate[];
  busy = $state(false);
  told = $state("");
  failures = $state.raw<ImportFailure[]>([]);
  failure = $state("");
  #left = false;

  constructor(items: ImportItem[]) {
    this.candidates = items.map((item) => new Candidate(item));
  }

  get chosen(): Candidate[] {
    return this.candidates.filter((candidate) => candidate.chosen);
  }

  /** One after another: an export may hold hundreds. */
  async examine(): Promise<void> {
    for (const candidate of this.candidates) {
      if (this.#left) return;
      if (!candidate.examined) await candidate.examine();
    }
  }

  leave(): void {
    this.#left = true;
  }

  /** The functions that are there now. What was refused stays chosen, with its reason in `failures`. */
  async send(): Promise<FunctionItem[]> {
    this.busy = true;
    this.failures = [];
    this.failure = this.told = "";
    const wanted = this.chosen;
    let done: FunctionItem[] = [];
    try {
      const rows = wanted.map(({ item, id }) => ({ ...item.sent, id }));
      const answer = await functionsApi.import(rows, { told: (line) => (this.told = line) });
      done = answer.functions;
      this.failures = answer.errors;
      for (const candidate of wanted) this.#settle(candidate, answer.created);
      for (const candidate of wanted.filter(({ id }) => done.some((each) => each.id === id)))
        await this.#grant(candidate);
    } catch (error) {
      this.failures = refused(error);
      if (!this.failures.length) this.failure = sentence(error);
      for (const candidate of wanted) this.#settle(candidate, []);
    }
    await Promise.all([functions.load(), models.load()]);
    this.busy = false;
    return done;
  }

  #settle(candidate: Candidate, created: string[]): void {
    const isRefused = this.failure || this.failures.some(({ id }) => id === candidate.id);
    candidate.chosen = Boolean(isRefused);
    if (this.failure) return;
    candidate.outcome = isRefused ? "refused" : created.includes(candidate.id) ? "arrived" : "renewed";
  }

  async #grant(candidate: Candidate): Promise<void> {
    const { id, grants } = candidate;
    if (!grants.length) return;
    try {
      const { hosts } = await rightsApi.read(id);
      await rightsApi.change(id, granting(grants, hosts));
    } catch (error) {
      this.failures = [...this.failures, { id, detail: text.notGiven(sentence(error)) }];
    }
  }
}

/** When all are refused, the answer is an error that carries the reason of each. */
function refused(error: unknown): ImportFailure[] {
  const errors = error instanceof ApiError ? error.body.errors : null;
  return Array.isArray(errors) ? (errors as ImportFailure[]) : [];
}
