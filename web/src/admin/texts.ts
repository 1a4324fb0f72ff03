/** Texts of the administration; loaded with it. */
import { access } from "./texts/access";
import { bindings } from "./texts/bindings";
import { connections } from "./texts/connections";
import { editor } from "./texts/editor";
import { functions } from "./texts/functions";
import { groups } from "./texts/groups";
import { importing } from "./texts/importing";
import { layers } from "./texts/layers";
import { layout } from "./texts/layout";
import { models } from "./texts/models";
import { origin } from "./texts/origin";
import { packages } from "./texts/packages";
import { people } from "./texts/people";
import { policy } from "./texts/policy";
import { rights } from "./texts/rights";
import { runs } from "./texts/runs";
import { settings } from "./texts/settings";
import { system } from "./texts/system";
import { templates } from "./texts/templates";
import { tryout } from "./texts/tryout";
import { valves } from "./texts/valves";
import { versions } from "./texts/versions";

export const words = {
  access,
  groups,
  bindings,
  importing,
  layers,
  layout,
  functions,
  editor,
  valves,
  versions,
  connections,
  people,
  models,
  origin,
  packages,
  policy,
  rights,
  runs,
  settings,
  system,
  templates,
  tryout,
};
