/** Light, dark, or as the device says. `public/theme.js` applies the same before the first paint. */

export type ThemeChoice = "light" | "dark" | "system";

const KEY = "penstock:theme";
const device = matchMedia("(prefers-color-scheme: dark)");

class Theme {
  choice = $state<ThemeChoice>(stored());
  #deviceIsDark = $state(device.matches);

  constructor() {
    this.#apply();
    device.addEventListener("change", () => {
      this.#deviceIsDark = device.matches;
      this.#apply();
    });
  }

  get isDark(): boolean {
    return this.choice === "dark" || (this.choice === "system" && this.#deviceIsDark);
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    localStorage.setItem(KEY, choice);
    this.#apply();
  }

  #apply(): void {
    const name = this.isDark ? "dark" : "light";
    document.documentElement.dataset.theme = name;
    document.documentElement.classList.toggle("dark", this.isDark);
    localStorage.setItem("theme", name);
    document.documentElement.style.colorScheme = name;
  }
}

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

export const theme = new Theme();
