/** Rights of a function, as `/api/v1/functions/id/{id}/rights` shows them. */

export type Profile = "closed" | "standard" | "trusted";
export type Reach = "user" | "all";

export interface Decided {
  profile: Profile;
  hosts: string[];
  data: Reach;
  page_script: boolean;
  budget: Record<string, number | null>;
}

export interface Bound {
  least: number;
  most: number;
  unit: "seconds" | "bytes" | "";
}

export interface Rights extends Decided {
  defaults: Decided;
  effective: Decided;
  bounds: Record<string, Bound>;
  updated_at: number | null;
  updated_by: { id: string; name: string } | null;
}

export type RightsChange = Partial<Decided> & { confirm?: boolean };

export interface Danger {
  field: string;
  message: string;
}
