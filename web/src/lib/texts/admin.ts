export const admin = {
  title: "Administration",
  functions: "Functions",
  connections: "Connections",
};
