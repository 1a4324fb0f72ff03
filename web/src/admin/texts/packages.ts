export const packages = {
  title: "Packages",
  hint: "What functions asked for. Each set is installed once, shared, and kept while any version of a function names it.",
  none: "No function has asked for packages that the server lacks.",
  columns: { packages: "Packages", usedBy: "Used by", size: "Size", wanted: "Last asked for" },
  nobody: "Nobody",
  together: (size: string) => `${size} together`,
  collect: "Remove unused",
  collected: (count: number, size: string) =>
    count === 1
      ? `1 set of packages was removed, ${size}.`
      : `${count} sets of packages were removed, ${size}.`,
  nothing: "Nothing to remove: all are used, or were asked for since yesterday.",
  more: (count: number) => `and ${count} more`,
};
