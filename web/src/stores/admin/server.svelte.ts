/** The server and its workers as they are now, and as they were while somebody looked. */
import { systemApi } from "../../admin/api";
import { kept, together, type Sample } from "../../admin/system/samples";
import type { SystemState } from "../../admin/types";

const STALE = 30; // seconds after which what the page has seen itself has a gap

class Server {
  state = $state.raw<SystemState | null>(null);
  failure = $state<unknown>(null);
  /** Of all workers together. */
  samples = $state.raw<Sample[]>([]);
  /** Of each worker, by the number of its process. */
  ofWorker = $state.raw<Record<number, Sample[]>>({});

  load = async (): Promise<void> => {
    try {
      const [state, past] = await Promise.all([systemApi.read(), this.#past()]);
      if (past) this.samples = past;
      this.#sample(state);
      this.state = state;
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
  };

  /** What the server remembers, where this page has just been opened. */
  async #past(): Promise<Sample[] | null> {
    const newest = this.samples.at(-1)?.time ?? 0;
    return Date.now() / 1000 - newest > STALE ? systemApi.load() : null;
  }

  #sample({ workers }: SystemState): void {
    const now = Date.now() / 1000;
    this.samples = kept(this.samples, together(workers, now));
    const each = workers.map((worker): [number, Sample[]] => [
      worker.pid,
      kept(this.ofWorker[worker.pid] ?? [], together([worker], now)),
    ]);
    this.ofWorker = Object.fromEntries(each);
  }
}

export const server = new Server();
