/** The tables as the newest migration leaves them. Times are milliseconds since 1970, `data` is JSON. */
export interface Tables {
  readonly benchmark: {
    readonly id: string;
    readonly device: string;
    readonly at_ms: number;
    readonly engine: string;
    readonly model: string;
    readonly data: string;
  };
  readonly endpoint: { readonly device: string; readonly name: string; readonly at_ms: number; readonly data: string };
  readonly facts: { readonly device: string; readonly at_ms: number; readonly data: string };
}
