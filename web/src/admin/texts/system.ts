export const system = {
  title: "System",
  lead: "The server and its workers, as they are now.",
  version: "Version",
  python: "Python",
  platform: "Platform",
  engine: "Engine",
  up: "Up since",
  people: "People",
  workers: "Workers",
  workersHint: "One process for each version in use. Idle ones end on their own.",
  noWorkers: "No worker runs just now. The next call starts one.",
  load: {
    title: "Load",
    hint: "Of all workers together.",
    names: { memory: "Memory", cpu: "Processor", lag: "Longest lag", queue: "Waiting calls" },
    most: (value: string) => `at most ${value}`,
    told: (name: string, now: string, most: string) => `${name}: now ${now}, at most ${most}`,
    since: (time: string) => `The last ${time}.`,
  },
  memoryOf: (name: string) => `Memory of ${name} over time`,
  columns: {
    name: "Function",
    state: "State",
    runs: "Runs",
    queue: "Waiting",
    memory: "Memory",
    cpu: "Processor",
    lag: "Lag",
    up: "Up",
    pid: "Process",
    end: "End",
  },
  workerStates: {
    starting: "Starting",
    ready: "Ready",
    blocked: "Blocked",
    draining: "Ending",
    ended: "Ended",
  } as Record<string, string>,
  generation: (count: number, last: string) =>
    count > 1
      ? `Process ${count} of this version. The last one: ${last}`
      : "The first process of this version.",
  processes: (count: number) => (count === 1 ? "1 process" : `${count} processes`),
  endWorker: (name: string) => `End the worker of ${name}`,
  endTitle: "End this worker?",
  endBody: (name: string, runs: number) =>
    runs
      ? `${runs === 1 ? "1 run" : `${runs} runs`} of ${name} will fail. The next call starts a new process.`
      : `${name} has no runs just now. The next call starts a new process.`,
  endAction: "End worker",
  ended: (name: string) => `The worker of ${name} has ended.`,
  paused: "Paused functions",
  pausedHint: "Their processes ended again and again, so they are not started for a moment.",
  pausedUntil: (seconds: string) => `Tried again in ${seconds}`,
  pausedCrashes: (count: number) => `Ended ${count} times in a row.`,
};
