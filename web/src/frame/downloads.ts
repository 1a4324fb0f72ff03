/** Links with `download`: the page saves what they lead to, since this frame may be gone before the browser has it. */
import { instead, tell } from "./tell";

export function offerDownloads(): void {
  const blobs = new Map<string, Blob>();
  const create = URL.createObjectURL.bind(URL);
  instead(URL, "createObjectURL", (blob: Blob) => {
    const url = create(blob);
    blobs.set(url, blob);
    return url;
  });

  const save = (link: HTMLAnchorElement): boolean => {
    if (!link.hasAttribute("download") || !/^(blob|data):/.test(link.href)) return false;
    const known = blobs.get(link.href);
    const name = link.download || "download";
    if (known) tell({ type: "penstock:save", name, blob: known });
    else void read(link.href).then((blob) => tell({ type: "penstock:save", name, blob }));
    return true;
  };
  const click = HTMLElement.prototype.click;
  instead(HTMLAnchorElement.prototype, "click", function (this: HTMLAnchorElement) {
    if (this.isConnected || !save(this)) click.call(this);
  });
  window.addEventListener("click", (event) => {
    const link = event.composedPath().find((part) => part instanceof HTMLAnchorElement);
    if (link && !event.defaultPrevented && save(link)) event.preventDefault();
  });
  const dispatch = EventTarget.prototype.dispatchEvent;
  instead(HTMLAnchorElement.prototype, "dispatchEvent", function (this: HTMLAnchorElement, event: Event) {
    return event.type === "click" && !this.isConnected && save(this) ? true : dispatch.call(this, event);
  });
}

async function read(url: string): Promise<Blob> {
  return (await fetch(url)).blob();
}
