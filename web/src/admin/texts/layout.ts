export const layout = {
  title: "Administration",
  sections: "Administration",
  back: "Back to chats",
  functions: "Functions",
  models: "Models",
  connections: "Connections",
  people: "People",
  runs: "Runs",
  system: "System",
  settings: "Settings",
};
