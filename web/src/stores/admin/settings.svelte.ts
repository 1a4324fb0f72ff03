/** The settings of the server. Those that need no restart are changed at once, and back where that failed. */
import { systemApi } from "../../admin/api";
import type { SettingItem } from "../../admin/types";

class ServerSettings {
  items = $state.raw<SettingItem[]>([]);
  failure = $state<unknown>(null);

  async load(): Promise<void> {
    try {
      this.items = (await systemApi.read()).settings;
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
  }

  /** Null: as the environment, the settings file or the default says. Throws where it stayed as it was. */
  async change(name: string, value: boolean | string | null): Promise<void> {
    const before = this.items;
    this.items = before.map((item) =>
      item.name === name ? { ...item, value: value ?? item.beneath } : item,
    );
    try {
      this.items = await systemApi.change({ [name]: value });
    } catch (error) {
      this.items = before;
      throw error;
    }
  }
}

export const serverSettings = new ServerSettings();
