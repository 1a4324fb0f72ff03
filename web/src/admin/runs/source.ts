/** The source of the version that ran, coloured. */
import { functionsApi } from "../api";
import { linesOf } from "./frames";

export interface VersionSource {
  number: number;
  serving: boolean;
  lines: string[];
}

/** Null where the version, or its function, is gone. */
export async function sourceOf(functionId: string, versionId: string): Promise<VersionSource | null> {
  try {
    const [version, { highlighter }] = await Promise.all([
      functionsApi.version(functionId, versionId),
      import("$lib/markdown/languages"),
    ]);
    const { value } = highlighter.highlight(version.snapshot.content ?? "", { language: "python" });
    return { number: version.number, serving: version.is_current, lines: linesOf(value) };
  } catch {
    return null;
  }
}
