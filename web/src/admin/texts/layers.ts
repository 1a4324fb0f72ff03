export const layers = {
  title: "Walls around functions",
  allUp: "Everything that keeps functions apart from this machine is up.",
  someMissing: (count: number) =>
    count === 1
      ? "One layer is missing on this machine. What that means stands below it."
      : `${count} layers are missing on this machine. What that means stands below each.`,
  up: "Up",
  missing: "Missing",
  /** By the names that the setting `walls_without` has for them. */
  names: {
    namespaces: "Name spaces",
    network: "Network",
    landlock: "Landlock",
    seccomp: "System calls",
    uid: "User",
    limits: "Limits",
    cgroup: "Control group",
  } as Record<string, string>,
};
