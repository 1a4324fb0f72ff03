/** The one connection over which events come; catches up by itself after it was lost. */
import { io, type Socket } from "socket.io-client";
import { newId } from "$lib/ids";
import type { WireEvent } from "$lib/types";

type Listener = (event: WireEvent) => void;

const HEARTBEAT = 30_000;
const CLAIM_PATIENCE = 8000;

class Connection {
  state = $state<"connecting" | "online" | "lost">("connecting");
  id = $state("");
  /** Grows with every connection, so that views may read again what no event tells. */
  joined = $state(0);
  #socket: Socket | null = null;
  #lastSeq: number | null = null;
  #listeners = new Set<Listener>();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #waiting: (() => void)[] = [];
  #tab = newId();
  #begun = new Set<string>();

  open(token: string | null): void {
    this.close();
    const auth = token ? { token } : {};
    this.#socket = io({ path: "/ws/socket.io", transports: ["websocket"], auth, reconnectionDelayMax: 5000 });
    this.#socket.on("connect", () => this.#join(auth));
    this.#socket.on("disconnect", () => (this.state = "lost"));
    this.#socket.on("connect_error", () => (this.state = this.joined ? "lost" : "connecting"));
    this.#socket.on("events", (event: WireEvent) => this.#receive(event));
    this.#heartbeat = setInterval(() => this.#socket?.emit("heartbeat", {}), HEARTBEAT);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#socket?.close();
    this.#socket = null;
    this.id = "";
    this.#lastSeq = null;
    this.state = "connecting";
  }

  /** Hears every event, in order. Acknowledgements are never sent: questions are answered over HTTP. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the id of this tab's session, or after a while without one: sending works without a socket. */
  async session(): Promise<string> {
    if (!this.id) {
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        new Promise((resolve) => setTimeout(resolve, 4000)),
      ]);
    }
    return this.id;
  }

  /** Whether this tab is the one that does what a question asks for; kept through lost connections until `end`. */
  async begin(questionId: string): Promise<boolean> {
    const socket = this.#socket;
    if (!socket) return false;
    try {
      const claim = { id: questionId, tab: this.#tab };
      const mine = (await socket.timeout(CLAIM_PATIENCE).emitWithAck("question:begin", claim)) === true;
      if (mine) this.#begun.add(questionId);
      return mine;
    } catch {
      return false;
    }
  }

  end(questionId: string): void {
    this.#begun.delete(questionId);
  }

  #join(auth: object): void {
    const message = { auth, ...(this.#lastSeq === null ? {} : { last_event_id: this.#lastSeq }) };
    this.#socket?.emit("user-join", message, () => {
      this.id = this.#socket?.id ?? "";
      this.state = "online";
      this.joined += 1;
      for (const id of this.#begun) void this.begin(id);
      for (const go of this.#waiting.splice(0)) go();
    });
  }

  #receive(event: WireEvent): void {
    if (typeof event.seq === "number") this.#lastSeq = Math.max(this.#lastSeq ?? 0, event.seq);
    for (const listener of this.#listeners) listener(event);
  }
}

export const socket = new Connection();
