/**
 * Scripts for Open WebUI read the token of the session from `localStorage`. It is never stored there: from the first
 * script that an admin allowed to run in this page, reading the key `token` answers it, in this tab and until it goes.
 */
let offered = false;

export function offerToken(read: () => string | null): void {
  if (offered) return;
  offered = true;
  const own = Storage.prototype.getItem;
  Storage.prototype.getItem = function (key: string) {
    return this === localStorage && String(key) === "token" ? read() : own.call(this, key);
  };
  Object.defineProperty(Storage.prototype, "token", {
    configurable: true,
    get(this: Storage) {
      return this === localStorage ? (read() ?? undefined) : undefined;
    },
  });
}
