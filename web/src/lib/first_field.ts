/** Where a dialog begins: with its first field, else with what sends it; never with the cross that closes it. */
const FIELDS = "input:not([type=hidden]), textarea, select, [role=switch]";
const LOADING = "[data-skeleton]";

/** A form that is still being read gets the focus when it is there, if nobody has moved it meanwhile. */
export async function focusFirstField(form: HTMLElement): Promise<void> {
  const before = document.activeElement;
  const first = () => (matchMedia("(pointer: coarse)").matches ? null : firstOf(form));
  if (!first()) await loaded(form);
  if (document.activeElement === before) first()?.focus();
}

function firstOf(form: HTMLElement): HTMLElement | null {
  const fields = [...form.querySelectorAll<HTMLElement>(`:is(${FIELDS}):enabled`)];
  const first = fields.find((field) => field.checkVisibility({ visibilityProperty: true }));
  return (first && (chosenOf(first, form) ?? first)) ?? form.querySelector("button[type=submit]:enabled");
}

/** Of a group of choices, the one that is chosen. */
function chosenOf(field: HTMLElement, form: HTMLElement): HTMLElement | null {
  if (!(field instanceof HTMLInputElement) || field.type !== "radio") return null;
  return form.querySelector(`input[name="${field.name}"]:checked`);
}

function loaded(form: HTMLElement): Promise<void> {
  return new Promise((resolve) => {
    const watch = new MutationObserver(look);
    function look() {
      if (form.isConnected && form.querySelector(LOADING)) return;
      watch.disconnect();
      resolve();
    }
    watch.observe(form, { childList: true, subtree: true });
    look();
  });
}
