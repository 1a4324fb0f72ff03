export const chat = {
  title: "Chats",
};
