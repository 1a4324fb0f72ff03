/** "Why is this button (not) here?": the question that is open, and its answer. */
import { api } from "$lib/api/calls";
import type { Schemas } from "$lib/api/calls";

export type WhyEntry = Schemas["WhyEntry"];

class Why {
  /** The model that is asked about; null while nobody asks. */
  modelId = $state<string | null>(null);
  entries = $state.raw<WhyEntry[] | null>(null);
  failure = $state<unknown>(null);
  #asked = 0;

  async ask(modelId: string): Promise<void> {
    this.modelId = modelId;
    this.entries = null;
    this.failure = null;
    const asked = ++this.#asked;
    try {
      const answer = await api.get("/api/v1/functions/why", { query: { model_id: modelId } });
      if (asked === this.#asked) this.entries = answer.functions;
    } catch (error) {
      if (asked === this.#asked) this.failure = error;
    }
  }

  close(): void {
    this.modelId = null;
    this.#asked += 1;
  }
}

export const why = new Why();
