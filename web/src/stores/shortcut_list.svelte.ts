/** Whether the list of keyboard shortcuts is open. */
export const shortcutList = $state({ open: false });
