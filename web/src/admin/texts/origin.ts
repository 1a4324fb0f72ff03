export const origin = {
  menu: "Look for an update",
  title: "Update",
  from: (url: string) => `From ${url}`,
  download: "Download all files",
  nothing: "What stands there is what was taken last.",
  lead: (version: string) =>
    version ? `Version ${version} stands there. This would change:` : "This would change:",
  edited:
    "It was changed here since it came from there. The update replaces that; it stays in the list of versions.",
  take: "Make it a new version",
  taken: (number: number) => `Version ${number} serves from the next run on.`,
  leave: "Leave it as it is",
};
