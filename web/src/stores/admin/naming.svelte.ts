/** What a function is called while it is edited; that of a new one follows its source until somebody says otherwise. */
import { identifier, identityOf, isIdentifier } from "../../admin/identity";
import { words } from "../../admin/texts";

export interface Names {
  id: string;
  name: string;
  description: string;
}

const text = words.editor;

export class Naming {
  id = $state("");
  name = $state("");
  description = $state("");
  /** Whether it was never saved. */
  isNew = $state(false);
  errors = $state.raw<{ id?: string; name?: string }>({});
  #kept = $state.raw<Names>({ id: "", name: "", description: "" });
  #ownId = false;
  #ownName = false;

  constructor(isNew: boolean) {
    this.isNew = isNew;
  }

  get dirty(): boolean {
    return this.name !== this.#kept.name || this.description !== this.#kept.description;
  }

  get entered(): Names {
    return { id: this.id, name: this.name, description: this.description };
  }

  /** As it is saved. */
  get all(): Names {
    return { id: this.id.trim(), name: this.name.trim(), description: this.description.trim() };
  }

  /** What is saved. */
  load({ id, name, description }: Names): void {
    Object.assign(this, { id, name, description });
    this.#kept = { id, name, description };
    this.#ownId = this.#ownName = false;
    this.errors = {};
  }

  /** What was entered once. */
  restore({ id, name, description }: Names): void {
    Object.assign(this, { name, description, ...(this.isNew && { id }) });
    this.#ownId = this.#ownName = true;
  }

  enterName(name: string): void {
    this.#ownName = name !== "";
    this.name = name;
    if (this.isNew && !this.#ownId) this.id = identifier(name);
  }

  enterId(id: string): void {
    this.#ownId = id !== "";
    this.id = id;
  }

  follow(source: string, fileName = ""): void {
    if (!this.isNew) return;
    const said = identityOf(source, fileName);
    if (!this.#ownName && said.name) this.name = said.name;
    if (!this.#ownId && !this.#ownName && said.id) this.id = said.id;
    if (said.description && !this.description) this.description = said.description;
  }

  /** Whether it can be saved so; else `errors` say why not. */
  check(): boolean {
    const { id, name } = this.all;
    this.errors = {
      ...(!name && { name: text.needName }),
      ...(!id ? { id: text.needId } : !isIdentifier(id) && { id: text.badId }),
    };
    return !Object.keys(this.errors).length;
  }
}
