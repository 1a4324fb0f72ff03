import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import "$stores/theme.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("The page has no place for the application.");

export default mount(App, { target });
