/** The server and its workers as they are now, and as they were while somebody looked. */
import { systemApi } from "../../admin/api";
import { kept, together, type Sample } from "../../admin/system/samples";
import type { SystemState } from "../../admin/types";

class Server {
  state = $state.raw<SystemState | null>(null);
  failure = $state<unknown>(null);
  /** Of all workers together. */
  samples = $state.raw<Sample[]>([]);
  /** Of each worker, by the number of its process. */
  ofWorker = $state.raw<Record<number, Sample[]>>({});

  load = async (): Promise<void> => {
    try {
      const state = await systemApi.read();
      this.#sample(state);
      this.state = state;
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
  };

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
