/** Which hooks a source has, told from its text: it need not load for that. */
const HOOKS: Record<string, string[]> = {
  Pipe: ["pipe", "pipes"],
  Filter: ["inlet", "stream", "outlet"],
  Action: ["action", "available"],
  Event: ["event"],
};

export function hooksOf(source: string): string[] {
  for (const [name, hooks] of Object.entries(HOOKS)) {
    if (!new RegExp(`^class ${name}\\b`, "m").test(source)) continue;
    return hooks.filter((hook) => new RegExp(`^[ \\t]+(?:async[ \\t]+)?def ${hook}\\b`, "m").test(source));
  }
  return [];
}
