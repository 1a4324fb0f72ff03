/** Who is signed in, and what the server says of itself. */
import { api } from "$lib/api/calls";
import { setToken, whenSignedOut } from "$lib/api/client";
import { go } from "$lib/router.svelte";
import type { Config, SessionUser } from "$lib/types";

class Session {
  config = $state<Config | null>(null);
  user = $state<SessionUser | null>(null);
  token = $state<string | null>(null);
  ready = $state(false);
  failure = $state<unknown>(null);

  get isAdmin(): boolean {
    return this.user?.role === "admin";
  }

  get name(): string {
    return this.config?.name ?? "Penstock";
  }

  get mayEnter(): boolean {
    return this.user !== null && this.user.role !== "pending";
  }

  async start(): Promise<void> {
    whenSignedOut(() => this.#forget());
    this.failure = null;
    try {
      this.config = await api.get("/api/config");
      if (this.config.signed_in) await this.refresh();
    } catch (error) {
      this.failure = error;
    }
    this.ready = true;
  }

  async refresh(): Promise<void> {
    const response = await fetch("/api/v1/auths/", { headers: { Accept: "application/json" } });
    if (response.ok) this.#take((await response.json()) as SessionUser);
    else this.#forget();
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#take(await api.post("/api/v1/auths/signin", { body: { email, password } }));
  }

  async signUp(name: string, email: string, password: string): Promise<void> {
    this.#take(await api.post("/api/v1/auths/signup", { body: { name, email, password } }));
    this.config = await api.get("/api/config");
  }

  async signOut(): Promise<void> {
    await api.get("/api/v1/auths/signout").catch(() => null);
    go("/auth");
    this.#forget();
  }

  #take(user: SessionUser): void {
    this.user = user;
    this.token = user.token ?? null;
    setToken(this.token);
  }

  #forget(): void {
    this.user = null;
    this.token = null;
    setToken(null);
  }
}

export const session = new Session();
