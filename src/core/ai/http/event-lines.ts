/** The most of one event that is kept while its end has not come. */
const longest = 1024 * 1024;

/**
 * Cuts a streamed answer into its events: `data: ...` of server-sent events (without `[DONE]`), or a JSON value a line as Ollama sends
 * it. Give each piece as it comes; a last line without its end comes with `end`.
 */
export class EventLines {
  #rest = '';

  /** The events that this piece completes. */
  take(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > longest) this.#rest = '';
    return lines.flatMap(eventIn);
  }

  /** What was left when the stream ended. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return eventIn(rest);
  }
}

function eventIn(line: string): string[] {
  const text = line.replace(/\r$/, '');
  const data = /^data:\s?(.*)$/s.exec(text)?.[1] ?? (text.startsWith('{') ? text : '');
  return data === '' || data === '[DONE]' ? [] : [data];
}
