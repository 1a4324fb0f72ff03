/** Where a dialog begins: with its first field, else with what sends it; never with the cross that closes it. */
const FIELDS = "input:not([type=hidden]), textarea, select, [role=switch]";

/** A form that is still being read gets the focus when it is there, if nobody has moved it meanwhile. */
export function focusFirstField(form: HTMLElement): void {
  if (matchMedia("(pointer: coarse)").matches) return;
  const before = document.activeElement;
  const watch = new MutationObserver(look);
  function look() {
    const moved = document.activeElement !== before;
    const first = firstOf(form);
    if (!first && !moved && form.isConnected) return;
    watch.disconnect();
    if (!moved) first?.focus();
  }
  watch.observe(form, { childList: true, subtree: true });
  look();
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
