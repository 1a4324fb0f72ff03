/** What an edit begins with: the version whose files it changes, and the one that served when it began. */
export class Basis {
  version = $state<string | null>(null);
  seen = $state<string | null>(null);

  take(version: string | null, seen = version): void {
    this.version = version;
    this.seen = seen;
  }

  /** Whether another version serves by now than when it began. */
  isBehind(serving: string | null | undefined): boolean {
    return Boolean(serving) && this.seen !== null && serving !== this.seen;
  }

  /** Whether an older version is worked on again. */
  get isOlder(): boolean {
    return this.version !== this.seen;
  }
}
