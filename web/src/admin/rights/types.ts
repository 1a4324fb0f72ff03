/** Rights of a function, as `/api/v1/functions/id/{id}/rights` shows them. */

import type { Schemas } from "$lib/api/calls";

export type Profile = Decided["profile"];
export type Reach = Decided["data"];

export type Decided = Schemas["DecidedRights"];

export type Bound = Schemas["BudgetBound"];

export type Rights = Schemas["Rights"];

export type RightsChange = Schemas["RightsChange"];

export interface Danger {
  field: string;
  message: string;
}
